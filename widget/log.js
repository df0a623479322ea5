// The list of messages: keeps the nodes in step with the store, scrolls, and pins the last emergency.

import { el } from './dom.js';
import { renderMessage } from './message.js';
import { fill } from './strings.js';

const GAP = 8; // pixels above a line that is scrolled to

/** How many pixels of the numbers' box may scroll away: all above its buttons. */
export function stuckAbove(numbers) {
  const top = (node) => node.getBoundingClientRect().top;
  return Math.max(0, top(numbers.querySelector('.calls')) - top(numbers) - 6);
}

export class Log {
  #store;
  #context;
  #nodes = new Map();

  constructor(store, context) {
    this.#store = store;
    this.#context = context;
    const { t } = context;
    // aria-live is off because a log announces everything, the visitor's own words too; see announce() in panel.js.
    this.list = el('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': t.log, tabindex: '0' });
    this.notice = el('p', { class: 'notice' });
    this.welcome = el('div', { class: 'line bot' }, el('div', { class: 'card' }, el('p', { class: 'bubble', text: t.welcome })), this.#suggestions());
    this.typing = el('div', { class: 'line bot typing', hidden: true }, el('div', { class: 'card' },
      el('span', { class: 'vh', text: t.typing }), el('i'), el('i'), el('i')));
  }

  #suggestions() {
    const { t, onSuggestion } = this.#context;
    const buttons = t.suggestions.map((text) => el('button', { class: 'choice', type: 'button', text, lang: 'en', onclick: () => onSuggestion(text) }));
    return el('div', { class: 'choices', role: 'group', 'aria-label': t.suggestionsName }, ...buttons);
  }

  showNotice(days) {
    const { t } = this.#context;
    this.notice.replaceChildren(el('strong', { text: `${t.noticeTitle}. ` }), fill(t.notice, { days }));
  }

  /** Draws everything anew. */
  all() {
    this.#nodes.clear();
    this.list.replaceChildren(this.notice, this.welcome, this.typing);
    this.#store.state.items.forEach((item) => this.item(item));
    this.#settle();
    this.toNewest();
  }

  /** Draws one message, in its old place if it has one, and keeps the focus that was inside. */
  item(item) {
    const node = renderMessage(item, { ...this.#context, ...this.#place(item) });
    const old = this.#nodes.get(item.id);
    const focused = old?.contains(old.getRootNode().activeElement) ? old.getRootNode().activeElement.dataset.key : '';
    const unfolded = old?.querySelector('details')?.open;
    if (old) old.replaceWith(node);
    else this.typing.before(node);
    if (unfolded) node.querySelector('details').open = true;
    if (focused) {
      (node.querySelector(`[data-key="${CSS.escape(focused)}"]`) ?? this.list).focus({ preventScroll: true });
      node.lastElementChild.scrollIntoView({ block: 'nearest' }); // what a press has just unfolded
    }
    this.#nodes.set(item.id, node);
    this.#settle();
  }

  #place(item) {
    const { items } = this.#store.state;
    const at = items.indexOf(item);
    const before = items[at - 1];
    return { first: before?.kind !== item.kind, live: !items.slice(at + 1).some((one) => one.from === 'visitor') };
  }

  // Offers of an earlier turn no longer stand, and the dots show while something is under way.
  #settle() {
    const { items } = this.#store.state;
    const lastAsked = items.findLastIndex((one) => one.from === 'visitor');
    items.slice(0, Math.max(lastAsked, 0)).filter((one) => one.buttons?.length).forEach((one) => {
      this.#nodes.get(one.id)?.querySelectorAll('.choices button').forEach((button) => {
        button.disabled = true;
      });
    });
    this.welcome.querySelector('.choices').hidden = lastAsked >= 0;
    const waiting = items.some((one) => one.from === 'visitor' && one.state !== 'sent' && one.state !== 'stopped' && !one.error);
    this.typing.hidden = !waiting;
    const pinned = this.emergency()?.id;
    this.#nodes.forEach((node, id) => node.classList.toggle('pinned', id === pinned));
  }

  /** The emergency reply that stays pinned: the first line of the latest one. */
  emergency() {
    const { items } = this.#store.state;
    const at = items.findLastIndex((one, i) => one.kind === 'emergency' && items[i - 1]?.kind !== 'emergency');
    return items[at];
  }

  /** Shows the newest turn from its question on, so that a long answer is read from its beginning. */
  toNewest() {
    const asked = [...this.list.querySelectorAll('.line.visitor')].at(-1);
    const target = asked ? asked.offsetTop - GAP : 0;
    this.list.scrollTop = target;
    const panel = this.list.closest('.panel');
    const { style } = this.list.parentNode;
    style.paddingBottom = '';
    // In a very low window the whole panel scrolls instead of the list.
    if (!asked || !panel || getComputedStyle(panel).overflowY !== 'auto') return;
    const [head, numbers] = panel.children;
    // The question goes right below the numbers, even where little follows it, so that they cut no line in two.
    const top = this.#store.state.items.at(-1).kind === 'emergency' ? head.offsetHeight
      : this.list.offsetTop + target - numbers.offsetHeight + stuckAbove(numbers);
    style.paddingBottom = `${Math.max(0, top - panel.scrollHeight + panel.clientHeight)}px`;
    panel.scrollTop = top;
  }
}
