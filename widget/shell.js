// The frame of the chat, there before anything else is loaded: the launcher, the window, the numbers.

import { el, icon } from './dom.js';
import { textOn } from './config.js';
import { clinicLink, numberLinks } from './numbers.js';

const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ps', 'ur'];

/** The root of the shadow tree, in the site's colour. */
export function makeRoot(config, t) {
  const root = el('div', { class: 'root', lang: t.code, dir: RIGHT_TO_LEFT.includes(t.code) ? 'rtl' : 'ltr', 'data-position': config.position, 'data-mode': config.mode });
  root.style.setProperty('--accent', config.color);
  root.style.setProperty('--on-accent', textOn(config.color));
  return root;
}

/** The button that is always on the page: {launcher, badge, setOpen, setUnread}. */
export function makeLauncher(heading, t, onclick) {
  const text = el('span', { class: 'launcher-text', text: heading });
  const badge = el('span', { class: 'badge', hidden: true });
  const launcher = el('button', { class: 'launcher', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick },
    icon('chat'), icon('close'), text, badge);
  const setOpen = (open) => {
    launcher.setAttribute('aria-expanded', String(open));
    text.textContent = open ? t.close : heading;
  };
  const setUnread = (count) => {
    badge.hidden = !count;
    badge.replaceChildren(String(count), el('span', { class: 'vh', text: ` ${count === 1 ? t.unreadOne : t.unread}` }));
  };
  return { launcher, setOpen, setUnread };
}

/** The window with its head, the numbers and an empty body: {dialog, numbersBox, body, closer}. */
export function makeWindow(heading, t, page, onClose) {
  const numbersBox = el('section', { class: 'numbers', 'aria-label': t.numbersName });
  const body = el('div', { class: 'body' }, el('p', { class: 'loading', text: t.loading }));
  const closer = page ? null : el('button', { class: 'icon-button', type: 'button', 'aria-label': t.close, onclick: onClose }, icon('close'));
  const head = el('div', { class: 'head' }, el('span', { class: 'mark' }, icon('leaf')),
    el('div', { class: 'names' }, el(page ? 'h1' : 'h2', { id: 'title', text: heading }), el('p', { text: t.subtitle })), closer);
  const dialog = el(page ? 'section' : 'dialog', { class: 'panel', 'aria-labelledby': 'title' }, head, numbersBox, body);
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) onClose();
  });
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    onClose();
  });
  return { dialog, numbersBox, body, closer };
}

/** The permanent line: this is not for emergencies, and the numbers that are. */
export function calmNumbers(t, numbers) {
  return [el('p', { text: t.notForEmergencies }), numberLinks(t, numbers)];
}

/** What stands in the window when the rest cannot be loaded: somebody to call, and a way to try again. */
export function fallback(t, clinic, onAgain) {
  return el('div', { class: 'fallback' }, el('p', { role: 'status', text: t.cannotLoad }), clinicLink(t, clinic),
    el('button', { class: 'button', type: 'button', text: t.tryAgain, onclick: onAgain }));
}
