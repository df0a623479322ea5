// The conversation as this browser knows it: kept over reloads and page changes, and told to the other tabs.
// Tabs agree because each change carries the id of the chat it belongs to; a change of a chat that was
// deleted meanwhile is dropped.

import { randomId } from './dom.js';
import { areaFor, keysFor, read, remove, tabArea, write } from './storage.js';

const MOST = 300;
const DAY = 86_400_000;

const fresh = (chat = randomId(), learned = null) => ({ chat, session: null, items: [], learned, saved: Date.now() });

export class Store extends EventTarget {
  #keys;
  #area;
  #channel = null;

  constructor(config, signal) {
    super();
    this.#keys = keysFor(config.endpoint);
    this.#area = areaFor(config);
    this.state = this.#restore(config.keepDays);
    const tab = read(tabArea(), this.#keys.tab) || {};
    this.tab = tab.id || randomId();
    this.keepInTab({ id: this.tab });
    this.ready = this.#join(signal);
  }

  #restore(keepDays) {
    const kept = read(this.#area, this.#keys.chat);
    const usable = kept?.chat && Array.isArray(kept.items) && Date.now() - kept.saved < keepDays * DAY;
    return usable ? kept : fresh();
  }

  get empty() {
    return this.state.items.length === 0;
  }

  get draft() {
    return read(tabArea(), this.#keys.tab)?.draft || '';
  }

  /** Remembers what belongs to this tab alone: a draft, its id, whether the window is open. */
  keepInTab(part) {
    write(tabArea(), this.#keys.tab, { ...read(tabArea(), this.#keys.tab), ...part });
  }

  find(id) {
    return this.state.items.find((one) => one.id === id);
  }

  put(item) {
    this.#upsert(item);
    this.#tell('put', item);
  }

  /** Changes some fields of one message; one that is gone stays gone. */
  patch(id, part) {
    const item = this.find(id);
    if (item) this.put({ ...item, ...part });
  }

  setSession(session) {
    if (!session || session === this.state.session) return;
    this.state.session = session;
    this.#save();
    this.#tell('session', session);
  }

  /** What the server said with the session: how long it keeps the chat, the clinic, the numbers. */
  learn({ notice, emergency, clinic }) {
    this.state.learned = { notice, emergency, clinic };
    this.#save();
    this.#changed('learned');
  }

  /** Puts a merged history in the place of all lines. */
  replace(items) {
    this.state.items = items.slice(-MOST);
    this.#save();
    this.#changed('all');
    this.#tell('state', this.state);
  }

  /** Forgets everything on this device, in every tab. */
  clear() {
    const next = randomId();
    this.#tell('clear', next);
    this.#reset(next);
  }

  #reset(chat) {
    this.state = fresh(chat, this.state.learned);
    remove(this.#area, this.#keys.chat);
    this.#changed('all');
  }

  #upsert(item) {
    const at = this.state.items.findIndex((one) => one.id === item.id);
    if (at < 0) this.state.items.push(item);
    else this.state.items[at] = item;
    this.state.items.splice(0, this.state.items.length - MOST);
    this.#save();
    this.#changed('item', item, at < 0);
  }

  #save() {
    this.state.saved = Date.now();
    write(this.#area, this.#keys.chat, this.state);
  }

  #changed(type, item = null, isNew = false) {
    this.dispatchEvent(new CustomEvent(type, { detail: { item, isNew } }));
  }

  // Asks the other tabs for a running conversation; waits a moment, since there may be none to answer.
  #join(signal) {
    if (!('BroadcastChannel' in window)) return Promise.resolve();
    this.#channel = new BroadcastChannel(this.#keys.chat);
    signal.addEventListener('abort', () => this.#channel.close());
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data), { signal });
    if (!this.empty) return Promise.resolve();
    this.#tell('hello', null);
    return new Promise((resolve) => {
      this.addEventListener('all', resolve, { once: true });
      setTimeout(resolve, 120);
    });
  }

  #tell(type, value) {
    this.#channel?.postMessage({ type, value, chat: this.state.chat });
  }

  #hear({ type, value, chat }) {
    if (type === 'hello') {
      if (!this.empty) this.#tell('state', this.state);
      return;
    }
    const ours = chat === this.state.chat;
    if (!ours && (!this.empty || type === 'clear')) return; // two chats that never met stay apart
    if (!ours) this.state = fresh(chat, this.state.learned);
    if (type === 'clear') this.#reset(value);
    else if (type === 'put') this.#upsert(value);
    else if (type === 'session') this.state.session = value;
    else if (type === 'state') {
      this.state = value;
      this.#save();
      this.#changed('all');
    }
  }
}
