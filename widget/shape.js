// Turns whatever a server, another tab or the storage holds into messages that the widget can show.
// Odd fields are dropped rather than trusted: a doctored reply can at worst be a plain sentence.

import { randomId } from './dom.js';

export const KINDS = Object.freeze(['emergency', 'escalate', 'answer', 'clarify', 'chitchat', 'out_of_scope']);

const text = (value) => (typeof value === 'string' ? value.trim() : '');
const list = (value) => (Array.isArray(value) ? value : []);

/** A bot message of the API as {id, from, text, kind, topic, buttons, sources, time}; null if it says nothing. */
export function cleanReply(raw, fallbackId = randomId()) {
  if (!text(raw?.text)) return null;
  return {
    id: text(raw.id) || fallbackId,
    from: 'bot',
    text: text(raw.text),
    kind: KINDS.includes(raw.kind) ? raw.kind : 'answer',
    topic: text(raw.topic),
    buttons: list(raw.buttons).map((one) => ({ title: text(one?.title), payload: text(one?.payload) })).filter((one) => one.title && one.payload),
    sources: list(raw.sources).map(cleanSource).filter((one) => one.section),
    time: timeOf(raw.time),
  };
}

function cleanSource(raw) {
  return { section: text(raw?.section), paragraph: ['number', 'string'].includes(typeof raw?.paragraph) ? raw.paragraph : '' };
}

/** A line of GET history; null if it is neither a visitor's nor the bot's. */
export function cleanHistory(raw) {
  if (raw?.from === 'bot') return cleanReply(raw);
  if (raw?.from !== 'visitor' || !text(raw.text)) return null;
  return { id: text(raw.id) || randomId(), from: 'visitor', text: text(raw.text), state: 'sent', time: timeOf(raw.time) };
}

// Servers send seconds, milliseconds or ISO text.
function timeOf(raw) {
  const stamp = typeof raw === 'string' ? Date.parse(raw) : Number(raw) * (raw < 1e12 ? 1000 : 1);
  return Number.isFinite(stamp) && stamp > 0 ? stamp : Date.now();
}

/** Local and server lines as one: the server's order, with what it does not know kept where it stood. */
export function merge(local, server) {
  const known = new Set(server.map((one) => one.id));
  const mine = new Map(local.map((one) => [one.id, one]));
  const shared = local.some((one) => known.has(one.id));
  const result = server.map((one) => ({ ...one, ...keepLocal(mine.get(one.id)) }));
  local.forEach((one, at) => {
    const unsent = one.from === 'visitor' && one.state !== 'sent';
    if (known.has(one.id) || (!shared && server.length && !unsent)) return;
    const before = result.findIndex((other) => other.id === local[at - 1]?.id);
    result.splice(before < 0 && at > 0 ? result.length : before + 1, 0, one);
  });
  return result;
}

// The thumb, the local time and the title of the button that was pressed are this browser's own knowledge.
function keepLocal(one) {
  if (!one) return {};
  return { thumb: one.thumb, reason: one.reason, time: one.time, ...(one.from === 'visitor' && { text: one.text }) };
}
