// Gets each message of the visitor to the server: in order, kept until it is answered, tried again by itself.

import { ApiError } from './api.js';
import { randomId } from './dom.js';
import { cleanReply } from './shape.js';

const SLOW = 5_000;
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds; the last one repeats
const MOST_TRIES = 30;
const BY_ITSELF = new Set(['offline', 'network', 'timeout', 'server', 'busy', 'session']);

export class Sender {
  #api;
  #store;
  #onReply;
  #flights = new Map();
  #timer = 0;

  constructor(api, store, onReply, signal) {
    this.#api = api;
    this.#store = store;
    this.#onReply = onReply;
    window.addEventListener('online', () => this.#wake(), { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** A new message; `choice` is the payload of a button whose title is `text`. */
  send(text, choice = '') {
    this.#store.put({ id: randomId(), from: 'visitor', text, choice, time: Date.now(), state: 'waiting', tries: 0, due: 0, tab: this.#store.tab });
    this.#wake(); // somebody who writes again must not wait for the pause of the message before
  }

  /** The visitor's own "try again now", in whichever tab it is pressed. */
  retry(id) {
    this.#flights.get(id)?.abort();
    this.#flights.delete(id);
    this.#store.patch(id, { state: 'waiting', error: '', due: 0, slow: false, tab: this.#store.tab });
    this.#wake();
  }

  /** Takes up what a reload or a page change interrupted. */
  resume() {
    this.#waiting().forEach((item) => this.#store.patch(item.id, { state: 'waiting', due: 0, slow: false }));
    this.#pump();
  }

  #waiting() {
    return this.#store.state.items.filter((one) => one.from === 'visitor' && one.tab === this.#store.tab && ['waiting', 'sending'].includes(one.state));
  }

  #wake() {
    this.#waiting().forEach((item) => {
      item.due = 0;
    });
    this.#pump();
  }

  // One at a time, so that the bot reads them in order; a slow one no longer holds up the next.
  #pump() {
    clearTimeout(this.#timer);
    for (const item of this.#waiting()) {
      if (this.#flights.has(item.id)) {
        if (item.slow) continue;
        return;
      }
      const pause = item.due - Date.now();
      if (pause > 0) {
        this.#timer = setTimeout(() => this.#pump(), pause);
        return;
      }
      this.#fly(item);
      return;
    }
  }

  async #fly({ id, tries = 0 }) {
    const flight = new AbortController();
    const { chat } = this.#store.state;
    const mine = () => this.#flights.get(id) === flight && this.#store.state.chat === chat;
    this.#flights.set(id, flight);
    this.#store.patch(id, { state: 'sending', slow: false, tries: tries + 1 });
    const slow = setTimeout(() => mine() && this.#tooSlow(id), SLOW);
    try {
      const reply = await this.#api.message(this.#store.find(id), flight.signal);
      if (mine()) this.#land(id, reply);
    } catch (error) {
      if (mine()) this.#miss(id, error instanceof ApiError ? error : new ApiError('network'));
    } finally {
      clearTimeout(slow);
      if (this.#flights.get(id) === flight) this.#flights.delete(id);
      this.#pump();
    }
  }

  #tooSlow(id) {
    this.#store.patch(id, { slow: true });
    this.#pump();
  }

  #land(id, reply) {
    const messages = reply.messages.map((raw, at) => cleanReply(raw, `${id}:${at}`)).filter(Boolean);
    if (!messages.length) throw new ApiError('empty');
    this.#store.patch(id, { state: 'sent', error: '', slow: false, renewed: Boolean(reply.renewed) });
    messages.forEach((message) => this.#store.put(message));
    this.#onReply(messages, reply.pending === true);
  }

  #miss(id, error) {
    const item = this.#store.find(id);
    if (!item) return;
    if (item.choice && error.kind === 'refused') { // an old button: what it says is still a question
      this.#store.patch(id, { choice: '', state: 'waiting', due: 0 });
      return;
    }
    const again = item.tries < MOST_TRIES && (BY_ITSELF.has(error.kind) || (error.kind === 'empty' && item.tries < 2));
    const pause = error.retryAfter || PAUSES[Math.min(item.tries, PAUSES.length) - 1];
    this.#store.patch(id, { state: again ? 'waiting' : 'stopped', error: error.kind, slow: false, due: Date.now() + pause * 1000 });
  }
}
