// The only place that makes elements. Text goes in as text nodes and nothing is ever parsed as HTML,
// so a doctored reply is shown literally, and no Trusted Types policy is needed.

const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  chat: ['M4 5h16v11H11l-5 4v-4H4z', 'M8 9.5h8', 'M8 12.5h5'],
  leaf: ['M5 19c0-9 5-14 15-14 0 10-5 15-13 13', 'M4 21c2-6 5-9 9-11'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  send: ['M12 19V5', 'M6 11l6-6 6 6'],
  phone: ['M6 3h4l1.5 5-2.5 1.8a12 12 0 0 0 5.2 5.2L16 12.5l5 1.5v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z'],
  leave: ['M14 4H5v16h9', 'M10 12h11', 'M17 8l4 4-4 4'],
  restart: ['M4 4v6h6', 'M4.6 15a8 8 0 1 0 1-8.5L4 10'],
  trash: ['M4 7h16', 'M9 7V4h6v3', 'M6 7l1 13h10l1-13'],
  alert: ['M12 3L2 20h20z', 'M12 10v4', 'M12 17v.5'],
  thumb: ['M7 11v9H4v-9z', 'M7 11l4-8c1.7 0 2.6 1.2 2.3 2.9L12.8 9H19a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H7'],
};

/** A new element. `on…` keys are listeners, `text` is its text, false and null leave an attribute out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** A line icon that takes the colour of the text beside it; hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true', focusable: 'false' };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** Adds CSS to a shadow root in a way that `style-src 'self'` allows. */
export function adopt(root, css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** A random id; randomUUID is missing where a site is not yet on https. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
