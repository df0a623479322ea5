// The one tag a site pastes. Defines <clinic-chat>, which opens and closes the window and loads the
// conversation when somebody wants one; puts one on the page, and offers window.ClinicChat.

import { adopt } from './dom.js';
import { ATTRIBUTES, readConfig } from './config.js';
import { NUMBERS } from './numbers.js';
import { calmNumbers, fallback, makeLauncher, makeRoot, makeWindow } from './shell.js';
import { areaFor, keysFor, read, tabArea, write } from './storage.js';
import { stringsFor } from './strings.js';
import { CSS } from './styles.js';

// A screen this small gets a sheet over all of it; styles.js has the same line.
const SHEET = matchMedia('(max-width: 640px), (max-height: 520px)');
const TAG = 'clinic-chat';
const DARK = matchMedia('(prefers-color-scheme: dark)');
let current = null;

class ClinicChat extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #life = null;
  #panel = null;
  #loading = null;
  #opener = null;
  #tries = 0;
  #words = { from: '', given: null };

  connectedCallback() {
    if (current && current !== this && current.isConnected) {
      this.hidden = true; // loaded twice is one
      return;
    }
    current = this;
    this.#build();
    this.#loadWords();
    const left = read(tabArea(), this.#keys.tab);
    if (this.#isPage || left?.open) this.#show(false);
    else if (this.config.startOpen && left?.open !== false && !SHEET.matches) this.#show(false);
    // Other tabs ask this one for the conversation, so a tab that has one must be able to answer.
    else if (read(areaFor(this.config), this.#keys.chat)) this.#load();
  }

  disconnectedCallback() {
    this.#tearDown();
    if (current === this) current = null;
  }

  attributeChangedCallback() {
    if (!this.#life) return;
    this.#rebuild();
    this.#loadWords();
  }

  get isOpen() {
    return Boolean(this.dialog?.hasAttribute('open'));
  }

  get #isPage() {
    return this.config.mode === 'page';
  }

  get #keys() {
    return keysFor(this.config.endpoint);
  }

  open() {
    if (!this.#life || this.isOpen) return;
    const before = document.activeElement;
    this.#opener = before && before !== document.body && before !== this ? before : null;
    this.#show(true);
    this.emit('open');
  }

  close() {
    if (!this.isOpen || this.#isPage) return;
    this.dialog.close();
    this.#remember(false);
    (this.#opener?.isConnected ? this.#opener : this.launcher).focus();
    this.emit('close');
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Listens to open, close or message; returns a function that stops listening. */
  on(type, listener) {
    const name = `clinic-chat:${type}`;
    const relay = (event) => listener(event.detail);
    this.addEventListener(name, relay);
    return () => this.removeEventListener(name, relay);
  }

  /** Tells the page. Details never hold what was said or what it was about: a page's analytics may be listening. */
  emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(`clinic-chat:${type}`, { detail }));
  }

  showNumbers(numbers) {
    delete this.numbersBox.dataset.alarm;
    this.numbersBox.replaceChildren(...calmNumbers(this.t, numbers));
  }

  /** How many replies came while the window was closed. */
  unread(count) {
    this.bubble?.setUnread(count);
  }

  #rebuild() {
    const { isOpen } = this;
    const held = Boolean(this.shadowRoot.activeElement);
    this.#tearDown();
    this.#build();
    if (isOpen) this.#show(held);
  }

  // The words of another language come after the launcher, which waits for nothing; without them it stays English.
  async #loadWords() {
    const { words } = this.config;
    if (!words || this.#words.from === words) return;
    try {
      const response = await fetch(words, { credentials: 'omit', referrerPolicy: 'no-referrer' });
      const given = response.ok && await response.json();
      if (!given || words !== this.config.words || !this.#life) return;
      this.#words = { from: words, given };
      this.#rebuild();
    } catch { /* English, then */ }
  }

  #build() {
    this.config = readConfig(this);
    this.t = stringsFor(this.config.language, this.#words.from === this.config.words && this.#words.given);
    this.#life = new AbortController();
    if (!this.shadowRoot) adopt(this.attachShadow({ mode: 'open' }), CSS);
    const heading = this.config.title || this.t.title;
    this.root = makeRoot(this.config, this.t);
    this.bubble = this.#isPage ? null : makeLauncher(heading, this.t, () => this.toggle());
    this.launcher = this.bubble?.launcher;
    Object.assign(this, makeWindow(heading, this.t, this.#isPage, () => this.close()));
    this.showNumbers(NUMBERS);
    this.root.append(...[this.launcher, this.dialog].filter(Boolean));
    this.shadowRoot.replaceChildren(this.root);
    this.#loadOnApproach();
    this.#followTheScreen();
  }

  // Loading on the way to the click hides the wait, and costs those who never open it nothing.
  #loadOnApproach() {
    for (const hint of ['pointerenter', 'focus', 'touchstart']) {
      this.launcher?.addEventListener(hint, () => this.#load(), { once: true, passive: true, signal: this.#life.signal });
    }
  }

  #show(takeFocus) {
    this.#present();
    this.#remember(true);
    this.unread(0);
    if (takeFocus) this.closer?.focus(); // until the panel is there, which then takes the focus itself
    this.#load().then(() => this.#panel?.shown(takeFocus));
  }

  // A sheet is modal, so that the page behind it is out of reach; a window beside the page traps nobody.
  #present() {
    if (this.isOpen) this.dialog.close?.();
    if (SHEET.matches && !this.#isPage) this.dialog.showModal();
    else this.dialog.setAttribute('open', '');
  }

  #remember(open) {
    this.bubble?.setOpen(open);
    write(tabArea(), this.#keys.tab, { ...read(tabArea(), this.#keys.tab), open });
  }

  async #load() {
    if (this.#panel || this.#loading) return this.#loading;
    const life = this.#life;
    // Browsers may remember that a module failed; a new address asks again.
    const part = this.#tries ? import(`./panel.js?try=${this.#tries}`) : import('./panel.js');
    this.#loading = part
      .then(({ mountPanel }) => {
        if (!life.signal.aborted) this.#panel = mountPanel(this, life.signal);
      })
      .catch(() => {
        this.#tries += 1;
        this.body.replaceChildren(fallback(this.t, this.config.clinic, () => this.#show(true)));
      })
      .finally(() => {
        if (this.#life === life) this.#loading = null;
      });
    return this.#loading;
  }

  #followTheScreen() {
    const { signal } = this.#life;
    const paint = () => {
      const dark = this.config.theme === 'dark' || (this.config.theme === 'auto' && DARK.matches);
      this.root.toggleAttribute('data-dark', dark);
    };
    paint();
    DARK.addEventListener('change', paint, { signal });
    SHEET.addEventListener('change', () => this.isOpen && this.#present(), { signal });
  }

  #tearDown() {
    this.#life?.abort();
    this.#life = null;
    this.#panel = null;
    this.#loading = null;
  }
}

function start() {
  if (customElements.get(TAG)) return; // a second copy of this file
  customElements.define(TAG, ClinicChat);
  const script = [...document.querySelectorAll('script[type="module"]')].find((one) => one.src === import.meta.url);
  if (!document.querySelector(TAG) && !('manual' in (script?.dataset ?? {}))) {
    const chat = document.createElement(TAG);
    Object.assign(chat.dataset, script?.dataset);
    document.body.append(chat);
  }
  const call = (method) => (...args) => current?.[method](...args);
  window.ClinicChat = Object.freeze({ open: call('open'), close: call('close'), toggle: call('toggle'), on: call('on') });
}

start();
