// The opened chat: puts the parts together. Loaded by widget.js when somebody opens it.

import { Api } from './api.js';
import { makeComposer } from './composer.js';
import { el } from './dom.js';
import { leaveQuickly, makeFooter } from './footer.js';
import { Log, stuckAbove } from './log.js';
import { pinned, troubleText } from './message.js';
import { cleanNumbers, cleanPhone, clinicLink, NUMBERS } from './numbers.js';
import { Sender } from './sender.js';
import { cleanHistory, merge } from './shape.js';
import { Store } from './store.js';

const LATER = [3_000, 8_000, 20_000];

/** Fills the window of `host` (the element of widget.js) until `signal` aborts. */
export function mountPanel(host, signal) {
  return new Panel(host, signal);
}

class Panel {
  #asked = false;
  #unread = 0;
  #announced = new Set();

  constructor(host, signal) {
    const { config, t } = host;
    Object.assign(this, { host, t, config, signal });
    this.context = {
      t, numbers: NUMBERS, clinic: { ...config.clinic },
      onSuggestion: (text) => this.#say(text),
      onChoice: ({ title, payload }) => this.#say(title, payload),
      onThumb: (item, thumb) => this.#judge(item, { thumb, reason: '' }),
      onReason: (item, reason) => this.#judge(item, { thumb: item.thumb, reason }),
      onRetry: (item) => this.sender.retry(item.id),
    };
    this.store = new Store(config, signal);
    this.api = new Api(config, this.store, signal);
    this.sender = new Sender(this.api, this.store, (messages, pending) => this.#replied(messages, pending), signal);
    this.#compose();
    this.#learn();
    this.#follow();
  }

  #compose() {
    const { t, store, host } = this;
    this.log = new Log(store, this.context);
    this.log.showNotice(this.config.keepDays);
    this.announcer = el('div', { class: 'vh', 'aria-live': 'polite' }); // new bot messages, nothing else
    this.status = el('div', { class: 'status', role: 'status' }); // everything else that happens
    this.composer = makeComposer(t, { draft: store.draft, onDraft: (draft) => store.keepInTab({ draft }), onSend: (text) => this.#say(text) });
    const footer = makeFooter(t, { onLeave: () => this.#leave(), onStartOver: () => this.#startOver(), onDelete: () => this.#delete() });
    host.body.replaceChildren(this.log.list, this.status, this.composer.form, footer, this.announcer);
    this.log.all();
    this.composer.refresh();
    this.#pin();
  }

  #follow() {
    const { store, signal } = this;
    store.addEventListener('all', () => {
      this.#learn();
      this.log.all();
      this.#pin();
    }, { signal });
    store.addEventListener('learned', () => this.#learn(), { signal });
    store.addEventListener('item', ({ detail: { item, isNew } }) => {
      this.log.item(item);
      const trouble = troubleText(item, this.t);
      if (trouble) this.#tell(trouble, null, true);
      if (trouble || isNew) this.log.toNewest();
      if (isNew && item.from === 'bot') this.#arrived(item);
    }, { signal });
    window.visualViewport?.addEventListener('resize', () => this.#fit(), { signal });
  }

  /** Called each time the window opens. takeFocus: whether a visitor opened it, rather than a page. */
  shown(takeFocus) {
    this.#unread = 0;
    this.#measure();
    this.composer.refresh(); // it could not be measured while hidden
    this.log.toNewest();
    // On a phone the field would pull up the keyboard over the notice, so the conversation gets the focus.
    const target = matchMedia('(pointer: coarse)').matches ? this.log.list : this.composer.field;
    if (takeFocus) target.focus({ preventScroll: true });
    this.#connect();
  }

  // Once a page: a session, and what another tab or the server knows of this conversation.
  async #connect() {
    if (this.#asked) return;
    this.#asked = true;
    const restored = this.store.state.session && !this.store.empty;
    this.sender.resume();
    await this.store.ready;
    try {
      if (restored) await this.#catchUp();
      else await this.api.session();
      this.#tell('');
    } catch {
      this.#asked = false; // the next opening asks again
      if (this.store.empty) this.#tell(this.t.unreachable, clinicLink(this.t, this.context.clinic));
    }
  }

  async #catchUp(announce = false) {
    const { chat } = this.store.state;
    const lines = await this.api.history().catch((error) => {
      if (error.status === 401) return []; // ended: the next message starts a new one
      throw error;
    });
    const known = lines.map(cleanHistory).filter(Boolean);
    const fresh = known.filter((one) => !this.store.find(one.id));
    if (!fresh.length || this.store.state.chat !== chat) return;
    this.store.replace(merge(this.store.state.items, known));
    if (announce) fresh.filter((one) => one.from === 'bot').forEach((one) => this.#arrived(one));
  }

  // What the server says of the clinic wins over the attributes, but never with something that cannot be dialled.
  #learn() {
    const { context, config } = this;
    const { notice, emergency, clinic } = this.store.state.learned ?? {};
    context.numbers = cleanNumbers(emergency);
    context.clinic.phone = cleanPhone(clinic?.phone) || config.clinic.phone;
    context.clinic.name = (typeof clinic?.name === 'string' && clinic.name.trim()) || config.clinic.name;
    this.log.showNotice(Number.parseInt(notice?.keep_days, 10) || config.keepDays);
    this.#pin();
  }

  #say(text, choice) {
    this.#tell('');
    this.sender.send(text, choice);
    this.composer.field.focus({ preventScroll: true });
  }

  // quiet: for screen readers only, where the sentence already stands beside the message.
  #tell(text, extra = null, quiet = false) {
    this.status.classList.toggle('vh', quiet);
    if (this.status.firstChild?.textContent === text) return; // saying it twice helps nobody
    this.status.replaceChildren(...(text ? [el('p', { text })] : []), ...(extra ? [extra] : []));
  }

  #replied(messages, pending) {
    this.#tell('');
    messages.forEach(() => this.host.emit('message', { from: 'bot' }));
    // The server answered in time with less than it had; the rest will stand in the history.
    if (pending) LATER.forEach((wait) => setTimeout(() => this.signal.aborted || this.#catchUp(true).catch(() => {}), wait));
  }

  #arrived(item) {
    this.#pin();
    if (this.#announced.has(item.id)) return;
    this.#announced.add(item.id);
    this.announcer.append(el('p', { text: item.text }));
    while (this.announcer.childElementCount > 4) this.announcer.firstChild.remove();
    if (!this.host.isOpen) this.host.unread(this.#unread += 1);
  }

  #pin() {
    const item = this.log.emergency();
    if (!item) {
      this.host.showNumbers(this.context.numbers);
    } else {
      this.host.numbersBox.dataset.alarm = '';
      this.host.numbersBox.replaceChildren(...pinned(item, this.context));
    }
    this.#measure();
  }

  #measure() {
    const { numbersBox } = this.host;
    numbersBox.style.setProperty('--above', `${stuckAbove(numbersBox)}px`);
  }

  #judge(item, judgement) {
    this.store.patch(item.id, judgement);
    // A thumb that does not arrive is not worth a visitor's attention.
    this.api.feedback(item.id, judgement.thumb, judgement.reason).catch(() => {});
  }

  #startOver() {
    this.#wipe(this.t.startedOver);
  }

  async #delete() {
    try {
      await this.api.forget();
    } catch {
      this.#tell(this.t.removeFailed);
      return;
    }
    this.#wipe(this.t.removed);
  }

  #wipe(sentence) {
    this.store.clear();
    this.announcer.replaceChildren();
    this.composer.fillIn('');
    this.#tell(sentence);
    this.composer.field.focus({ preventScroll: true });
  }

  #leave() {
    this.store.clear();
    this.store.keepInTab({ draft: '', open: false });
    leaveQuickly(this.config.leave);
  }

  // iOS lays its keyboard over the page without making 100dvh smaller.
  #fit() {
    const { height } = window.visualViewport;
    const covered = height < window.innerHeight * 0.85;
    this.#measure();
    this.host.root.style.setProperty('--sheet-height', covered ? `${height}px` : '100dvh');
    if (covered) this.log.toNewest();
  }
}
