// The five requests of the web channel. Each failure becomes one ApiError whose kind has a sentence in strings.js.

const TIMEOUT = 35_000; // a slow answer is still an answer; the visitor is told long before

export class ApiError extends Error {
  /** kind: offline, network, timeout, server, empty, busy, toolong, refused or session; retryAfter in seconds. */
  constructor(kind, { status = 0, retryAfter = 0 } = {}) {
    super(kind);
    Object.assign(this, { kind, status, retryAfter });
  }
}

export class Api {
  #endpoint;
  #store;
  #signal;
  #starting = null;
  #bind; // the server ties the session to a cookie of this browser: tab, device, or none where cookies are blocked

  constructor({ endpoint, remember }, store, signal) {
    this.#endpoint = endpoint;
    this.#bind = remember;
    this.#store = store;
    this.#signal = signal;
  }

  /** Sends one message; the same id again is answered with the same reply. */
  async message({ id, text, choice }, stop) {
    const reply = await this.#withSession((session) => this.#post('message', choice ? { session, id, choice } : { session, id, text }, stop));
    if (!Array.isArray(reply.messages)) throw new ApiError('empty');
    return reply;
  }

  feedback(message, thumb, reason) {
    return this.#withSession((session) => this.#post('feedback', { session, message, thumb, reason }));
  }

  /** Deletes the conversation from the server; a session it no longer knows has nothing left to delete. */
  async forget() {
    const { session } = this.#store.state;
    if (!session) return;
    await this.#post('forget', { session }).catch((error) => {
      if (error.status !== 401) throw error;
    });
  }

  /** The lines so far. A session that has ended gives none; the next message starts a new one. */
  async history() {
    const { session } = this.#store.state;
    const headers = { Authorization: `Bearer ${session}` };
    const reply = await this.#request('history', { method: 'GET', headers });
    this.#renew(session, reply);
    return Array.isArray(reply.messages) ? reply.messages : [];
  }

  /** Makes sure that there is a session; tabs and messages that ask at the same time share one request. */
  async session() {
    if (this.#store.state.session) return this.#store.state.session;
    this.#starting ??= this.#begin().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #begin() {
    const { chat } = this.#store.state;
    const reply = await this.#post('session', this.#bind ? { bind: this.#bind } : {});
    if (typeof reply.session !== 'string' || !reply.session) throw new ApiError('session');
    if (this.#store.state.chat === chat) this.#store.setSession(reply.session);
    this.#store.learn(reply);
    return reply.session;
  }

  // A session that is unknown or has ended is replaced, at most twice: the second time by one that needs no cookie.
  async #withSession(ask) {
    const earlier = this.#store.state.items.some((one) => one.from === 'bot');
    for (let tries = 0; ; tries += 1) {
      const session = await this.session();
      try {
        return { ...this.#renew(session, await ask(session)), renewed: tries > 0 && earlier };
      } catch (error) {
        if (error.status !== 401 || tries > 1) throw error;
        // Another tab may have got a new one already.
        if (this.#store.state.session === session) this.#store.state.session = null;
        if (tries) this.#bind = '';
      }
    }
  }

  // A renewed token counts only for the conversation that it belongs to.
  #renew(used, reply) {
    if (typeof reply.session === 'string' && this.#store.state.session === used) this.#store.setSession(reply.session);
    return reply;
  }

  #post(path, body, stop) {
    return this.#request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }, stop);
  }

  async #request(path, options, stop) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort('timeout'), TIMEOUT);
    const signals = [this.#signal, stop].filter(Boolean);
    const end = () => limit.abort('stopped');
    signals.forEach((signal) => signal.addEventListener('abort', end));
    try {
      const response = await fetch(`${this.#endpoint}/${path}`, { ...options, signal: limit.signal, credentials: 'include', cache: 'no-store', referrerPolicy: 'no-referrer' });
      return await readReply(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (limit.signal.reason === 'timeout') throw new ApiError('timeout');
      throw new ApiError(navigator.onLine === false ? 'offline' : 'network');
    } finally {
      clearTimeout(timer);
      signals.forEach((signal) => signal.removeEventListener('abort', end));
    }
  }
}

async function readReply(response) {
  if (!response.ok) throw new ApiError(kindOf(response.status), { status: response.status, retryAfter: Number(response.headers.get('Retry-After')) || 0 });
  const reply = await response.json().catch((error) => {
    throw error instanceof SyntaxError ? new ApiError('empty') : error;
  });
  if (!reply || typeof reply !== 'object') throw new ApiError('empty');
  return reply;
}

function kindOf(status) {
  if (status >= 500 || status === 408) return 'server';
  return { 401: 'session', 413: 'toolong', 429: 'busy' }[status] ?? 'refused';
}
