// The row below the field: leave quickly, start over, delete this chat; the last two ask first.

import { el, icon } from './dom.js';

export function makeFooter(t, { onLeave, onStartOver, onDelete }) {
  const question = el('div', { class: 'question', role: 'group', hidden: true });
  const plain = (name, text, onclick) => el('button', { class: `plain ${name}`, type: 'button', onclick }, icon(name), el('span', { text }));
  const ask = (opener, text, act) => {
    const done = (focus) => {
      question.hidden = true;
      question.replaceChildren();
      focus?.focus();
    };
    const no = el('button', { class: 'button', type: 'button', text: t.cancel, onclick: () => done(opener) });
    const yes = el('button', { class: 'button strong', type: 'button', text: opener.textContent, onclick: () => {
      done(null);
      act();
    } });
    question.setAttribute('aria-label', opener.textContent);
    question.replaceChildren(el('p', { id: 'sure', text }), el('div', { class: 'row' }, no, yes));
    no.setAttribute('aria-describedby', 'sure');
    question.hidden = false;
    no.focus();
  };
  const leave = plain('leave', t.leave, onLeave);
  const over = plain('restart', t.startOver, () => ask(over, t.sureStartOver, onStartOver));
  const remove = plain('trash', t.remove, () => ask(remove, t.sureRemove, onDelete));
  return el('div', { class: 'foot' }, question, el('div', { class: 'foot-row' }, leave, over, remove));
}

/** Empties the page at once, forgets the chat on this device, and goes where the clinic cannot be seen. */
export function leaveQuickly(address) {
  const quiet = el('meta', { name: 'referrer', content: 'no-referrer' });
  document.head.append(quiet); // or the next site would learn where the visitor was
  document.title = '';
  document.body.replaceChildren();
  window.location.replace(address);
}
