// The text field: grows with the text, Enter sends, nothing typed is ever cut off or lost.

import { el, icon } from './dom.js';
import { fill } from './strings.js';

const MOST = 2000;

export function makeComposer(t, { draft, onDraft, onSend }) {
  const field = el('textarea', { rows: '1', placeholder: t.placeholder, 'aria-label': t.inputName, 'aria-describedby': 'count', enterkeyhint: 'send', autocomplete: 'off', dir: 'auto' });
  const count = el('p', { class: 'count', id: 'count', role: 'status' });
  const button = el('button', { class: 'send', type: 'submit', 'aria-label': t.send }, icon('send'));
  const form = el('form', { class: 'composer', novalidate: true }, count, field, button);

  const refresh = () => {
    const length = [...field.value].length;
    count.textContent = length > MOST ? fill(t.tooLong, { count: length.toLocaleString(t.code) }) : '';
    field.toggleAttribute('aria-invalid', length > MOST);
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight + 2, 132)}px`;
    onDraft(field.value);
  };
  const submit = () => {
    const text = field.value.trim();
    if (!text || [...text].length > MOST) {
      field.focus();
      return;
    }
    field.value = '';
    refresh();
    onSend(text);
  };
  field.value = draft;
  field.addEventListener('input', refresh);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  return { form, field, refresh, fillIn: (text) => { field.value = text; refresh(); } };
}
