// One line of the conversation as elements. Pure: a message and its handlers in, a node out.

import { el, icon } from './dom.js';
import { clinicLink, numberLinks } from './numbers.js';
import { fill } from './strings.js';

/**
 * A message of shape.js as a node.
 * context: {t, numbers, clinic, first, live} and the handlers onChoice, onThumb, onReason, onRetry.
 * first: whether it is the first of its kind in this reply; live: whether its buttons still stand open.
 */
export function renderMessage(item, context) {
  return item.from === 'visitor' ? visitorLine(item, context) : botLine(item, context);
}

function line(item, kind, context, ...parts) {
  const who = item.from === 'visitor' ? context.t.you : context.t.bot;
  return el('div', { class: `line ${kind}`, 'data-id': item.id }, el('span', { class: 'vh', text: `${who}: ` }), ...parts);
}

function clock(item, { t }) {
  const at = new Date(item.time);
  const text = new Intl.DateTimeFormat(t.code, { hour: 'numeric', minute: '2-digit' }).format(at);
  return el('time', { datetime: at.toISOString(), text });
}

function visitorLine(item, context) {
  const bubble = el('p', { class: 'bubble', dir: 'auto', text: item.text });
  const meta = el('div', { class: 'meta' }, item.state === 'sent' ? clock(item, context) : el('span', { text: item.error ? '' : context.t.sending }));
  const renewed = item.renewed ? el('p', { class: 'note', text: context.t.renewed }) : null;
  return line(item, 'visitor', context, bubble, meta, trouble(item, context), renewed);
}

/** What went wrong with a message, in a plain sentence; empty where nothing did. */
export function troubleText({ state, error, slow }, t) {
  if (state === 'sent') return '';
  if (error) return t.errors[error] ?? t.errors.network;
  return slow ? t.slow : '';
}

// What happened, who to call, and the way to try again; the emergency numbers stand above all the time.
function trouble(item, { t, clinic, onRetry }) {
  const sentence = troubleText(item, t);
  if (!sentence) return null;
  const again = item.error === 'toolong' ? null
    : el('button', { class: 'button', type: 'button', 'data-key': `retry-${item.id}`, onclick: () => onRetry(item) }, icon('restart'), el('span', { text: t.retryNow }));
  const keeps = item.error && item.state !== 'stopped' ? ` ${t.retrying}` : '';
  return el('div', { class: 'trouble' }, el('p', { text: sentence + keeps }), el('div', { class: 'row' }, clinicLink(t, clinic), again));
}

function botLine(item, context) {
  const { t } = context;
  const parts = [el('p', { class: 'bubble', lang: 'en', dir: 'auto', text: item.text })]; // the document is in English
  if (item.kind === 'escalate' && context.first) {
    parts.unshift(el('p', { class: 'flag' }, icon('phone'), el('span', { text: t.escalateTitle })));
    parts.push(clinicLink(t, context.clinic) ?? numberLinks(t, context.numbers));
  }
  if (item.kind === 'emergency' && context.first) {
    parts.unshift(el('p', { class: 'flag' }, icon('alert'), el('span', { text: t.emergencyTitle })));
    parts.push(el('p', { class: 'note', text: t.pinned }));
  }
  const card = el('div', { class: 'card' }, ...parts, choices(item, context), sources(item, context));
  return line(item, `bot ${item.kind}`, context, card, el('div', { class: 'meta' }, clock(item, context), thumbs(item, context)), reasons(item, context));
}

function choices(item, { t, live, onChoice }) {
  if (!item.buttons?.length) return null;
  const buttons = item.buttons.map((one, at) => el('button', {
    class: 'choice', type: 'button', disabled: !live, text: one.title, 'data-key': `choice-${item.id}-${at}`, onclick: () => onChoice(one),
  }));
  return el('div', { class: 'choices', role: 'group', 'aria-label': t.choices }, ...buttons);
}

function sources(item, { t }) {
  if (!item.sources?.length) return null;
  const sections = new Map();
  for (const { section, paragraph } of item.sources) sections.set(section, [...(sections.get(section) ?? []), paragraph]);
  const lines = [...sections].map(([section, paragraphs]) => {
    const numbers = paragraphs.filter((one) => one !== '');
    const where = numbers.length ? `, ${fill(numbers.length > 1 ? t.paragraphs : t.paragraph, { n: numbers.join(', ') })}` : '';
    return el('li', { text: fill(t.from, { section }) + where });
  });
  return el('details', { class: 'sources', ontoggle: ({ target }) => target.scrollIntoView({ block: 'nearest' }) }, el('summary', { text: t.sources, 'data-key': `sources-${item.id}` }), el('ul', {}, ...lines));
}

function thumbs(item, { t, onThumb }) {
  if (item.kind !== 'answer') return null;
  const button = (thumb, label) => el('button', {
    class: `icon-button thumb ${thumb}`, type: 'button', 'aria-label': label, 'aria-pressed': String(item.thumb === thumb),
    'data-key': `${thumb}-${item.id}`, onclick: () => onThumb(item, thumb),
  }, icon('thumb'));
  return el('span', { class: 'thumbs', role: 'group', 'aria-label': t.helpful }, button('up', t.thumbUp), button('down', t.thumbDown));
}

// Fixed reasons instead of a text field: nobody is invited to write about themselves.
function reasons(item, { t, onReason }) {
  if (!item.thumb) return null;
  if (item.thumb === 'up' || item.reason) return el('p', { class: 'note', text: t.thanks });
  const buttons = Object.entries(t.reasons).map(([reason, label]) => el('button', {
    class: 'choice', type: 'button', text: label, 'data-key': `reason-${reason}-${item.id}`, onclick: () => onReason(item, reason),
  }));
  return el('div', { class: 'reasons', role: 'group', 'aria-label': t.why }, el('p', { class: 'note', text: t.why }), ...buttons);
}

/** The pinned copy of an emergency reply: what it says, and the numbers as large buttons. */
export function pinned(item, { t, numbers }) {
  return [
    el('p', { class: 'flag' }, icon('alert'), el('span', { text: t.emergencyTitle })),
    el('p', { class: 'pinned-text', lang: 'en', dir: 'auto', text: item.text }),
    numberLinks(t, numbers),
  ];
}
