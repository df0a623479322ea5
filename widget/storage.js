// Where a conversation is remembered on the visitor's device. Storage can be forbidden or full,
// so each touch is guarded: the chat then lives as long as the page.

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The names under which one endpoint's chat is kept: the shared part, and what belongs to this tab alone. */
export function keysFor(endpoint) {
  return { chat: `clinic-chat:${endpoint}`, tab: `clinic-chat:${endpoint}:tab` };
}

/** sessionStorage, or localStorage where the site opted in; null where the browser forbids it. */
export const areaFor = (config) => attempt(() => (config.remember === 'device' ? window.localStorage : window.sessionStorage));

/** This tab's own storage, whatever the site opted in to. */
export const tabArea = () => areaFor({});

export const read = (area, key) => attempt(() => JSON.parse(area.getItem(key)));

export const write = (area, key, value) => attempt(() => area.setItem(key, JSON.stringify(value)));

export const remove = (area, key) => attempt(() => area.removeItem(key));
