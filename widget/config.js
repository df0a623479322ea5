// What a site's owner sets in data- attributes, the same on the script tag and on <clinic-chat>.

import { cleanPhone } from './numbers.js';

export const ATTRIBUTES = Object.freeze(['data-title', 'data-clinic', 'data-phone', 'data-endpoint', 'data-language', 'data-strings',
  'data-color', 'data-theme', 'data-position', 'data-start-open', 'data-remember', 'data-keep-days', 'data-leave', 'data-mode']);

const DEFAULT_COLOR = '#1d5c58';
const OWN_LANGUAGES = ['es']; // beside English
const DEFAULT_LEAVE = 'https://www.weather.gov/';

const oneOf = (value, choices) => (choices.includes(value) ? value : choices[0]);

/** The attributes of `node` as plain settings; whatever is missing or odd gets its default. */
export function readConfig(node) {
  const data = node.dataset;
  const endpoint = endpointOf(data.endpoint);
  const language = languageOf(data.language || document.documentElement.lang);
  return {
    title: (data.title || '').trim().slice(0, 60),
    clinic: { name: (data.clinic || '').trim().slice(0, 60), phone: cleanPhone(data.phone) },
    endpoint,
    language,
    words: wordsOf(data.strings, language, endpoint),
    color: colorOf(data.color),
    theme: oneOf(data.theme, ['auto', 'light', 'dark']),
    position: oneOf(data.position, ['right', 'left']),
    startOpen: 'startOpen' in data && data.startOpen !== 'false',
    remember: oneOf(data.remember, ['tab', 'device']),
    keepDays: Number.parseInt(data.keepDays, 10) || 30,
    leave: /^(https?:|\/)/.test(data.leave) ? data.leave : DEFAULT_LEAVE,
    mode: oneOf(data.mode, ['bubble', 'page']),
  };
}

// By default the API is where this file came from, so that one pasted tag is enough on any page.
function endpointOf(given) {
  const url = given ? new URL(given, document.baseURI) : new URL('/webhooks/web', import.meta.url);
  return url.href.replace(/\/+$/, '');
}

function languageOf(tag) {
  const code = (tag || '').split('-')[0].toLowerCase();
  return /^[a-z]{2,3}$/.test(code) ? code : 'en';
}

// Where the sentences of another language are: a file of the site itself or of the endpoint, and nobody else's.
function wordsOf(given, language, endpoint) {
  if (!given) return OWN_LANGUAGES.includes(language) ? new URL(`./${language}.json`, import.meta.url).href : '';
  const url = new URL(given, document.baseURI);
  return [location.origin, new URL(endpoint).origin].includes(url.origin) ? url.href : '';
}

function colorOf(given) {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.test(given || '') ? given : DEFAULT_COLOR;
  return hex.length === 4 ? `#${[...hex.slice(1)].map((digit) => digit + digit).join('')}` : hex;
}

/** White or near-black, whichever reads better on `hex`; one of the two always passes 4.5:1. */
export function textOn(hex) {
  const light = luminance(hex);
  return 1.05 / (light + 0.05) >= 4.5 ? '#ffffff' : '#101615';
}

// Relative luminance as WCAG 2 defines it.
function luminance(hex) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
