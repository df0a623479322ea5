// The widget's own copy of the emergency numbers. They must be on the screen when the server, the network
// or the rest of this widget is gone, so nothing here waits for anything. A test compares them with clinic.yml.

import { el, icon } from './dom.js';

export const NUMBERS = Object.freeze({ emergency: '911', crisis: '988', poison: '1-800-222-1222' });

const LOOKS_LIKE_A_PHONE = /^[+(]?\d[\d ().-]{1,24}$/;

/** `given` if it can be dialled, else an empty string. */
export function cleanPhone(given) {
  const phone = typeof given === 'string' ? given.trim() : '';
  return LOOKS_LIKE_A_PHONE.test(phone) ? phone : '';
}

/** The numbers that a server sent, each checked; what is missing or odd stays as it is here. */
export function cleanNumbers(given) {
  const pairs = Object.entries(NUMBERS).map(([key, own]) => [key, cleanPhone(given?.[key]) || own]);
  return Object.fromEntries(pairs);
}

/** The address that makes a phone dial. */
export function telHref(phone) {
  return `tel:${phone.replace(/[^\d+]/g, '')}`;
}

/** One button that calls: the number, and whose it is. */
export function callLink(phone, label, className = 'call') {
  return el('a', { class: className, href: telHref(phone) },
    el('strong', { text: phone }), el('span', { text: label }));
}

/** A full-width button that calls the clinic; null where no phone is known. */
export function clinicLink(t, clinic) {
  if (!clinic.phone) return null;
  const label = clinic.name ? t.callNamed.replace('{name}', clinic.name) : t.callClinic;
  return el('a', { class: 'call-clinic', href: telHref(clinic.phone) },
    icon('phone'), el('span', {}, el('span', { text: label }), el('strong', { text: clinic.phone })));
}

/** The three emergency numbers as buttons. */
export function numberLinks(t, numbers) {
  return el('div', { class: 'calls' },
    callLink(numbers.emergency, t.emergencyLabel),
    callLink(numbers.crisis, t.crisisLabel),
    callLink(numbers.poison, t.poisonLabel));
}
