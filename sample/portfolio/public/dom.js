const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

/**
 * Builds an element. Children are nodes or text, and text stays text: nothing that came over the network is ever
 * parsed as HTML on this page.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Puts the newest item on top of a list and drops what is older than its limit. */
export function prependWithin(list, item, limit) {
  list.prepend(item);
  while (list.childElementCount > limit) list.lastElementChild.remove();
}

/** Puts the newest item at the end, keeping it in view unless the reader has scrolled back. */
export function appendWithin(list, item, limit) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  list.append(item);
  while (list.childElementCount > limit) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function formatTime(value) {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? '' : clock.format(time);
}

const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const formatPrice = (value) => (Number.isFinite(value) ? money.format(value) : '–');

export const formatChange = (value) =>
  Number.isFinite(value) ? `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(2)} %` : '–';
