import { byId, el, formatTime, prependWithin } from '../dom.js';
import { BOXES } from '../flow-model.js';
import { arrowOf, subjectOf } from '../frame-text.js';

const MOST_ENTRIES = 8;

/** Explains a box of the diagram and lists the last frames that passed it. */
export class BoxDetails {
  #lists = new Map();
  #onFrame;
  #hovered;
  #selected;

  constructor(onFrame) {
    this.#onFrame = onFrame;
    this.reset();
  }

  reset() {
    for (const id of Object.keys(BOXES)) {
      const list = el('ol', { class: 'frame-list', 'data-empty': 'None yet.' });
      this.#lists.set(id, { list, newest: undefined });
    }
    this.#render();
  }

  hover(id) {
    this.#hovered = id;
    this.#render();
  }

  select(id) {
    this.#selected = id;
    this.#render();
  }

  record(id, frames, kind) {
    const box = this.#lists.get(id);
    // Prices come every second: as one growing entry they leave room for what the reader is looking for.
    if (box.newest?.kind === kind && (kind === 'price' || kind === 'beat')) {
      box.newest.times += frames.length;
      box.newest.frame = frames.at(-1);
    } else {
      box.newest = { kind, times: frames.length, frame: frames.at(-1), ...entryNodes(kind) };
      const entry = box.newest;
      entry.button.addEventListener('click', () => this.#onFrame(entry.frame));
      prependWithin(box.list, entry.item, MOST_ENTRIES);
    }
    const { frame, times, time, label, count } = box.newest;
    const subject = kind === 'price' ? '/topic/price.stock.*' : subjectOf(frame);
    time.textContent = formatTime(frame.time);
    label.textContent = `${arrowOf(frame)} ${frame.command} ${subject}`;
    count.textContent = times > 1 ? `×${times}` : '';
  }

  #render() {
    const id = this.#hovered ?? this.#selected;
    const box = BOXES[id];
    byId('box-eyebrow').textContent = box ? box.caption : 'How to read this';
    byId('box-title').textContent = box ? box.name : 'Three channels are the whole architecture';
    byId('box-text').textContent = box
      ? box.text
      : 'What clients send comes in on top, and the prefix of its destination decides who gets it. What the application says goes through the broker to everyone subscribed. Point at a box to learn what it does and what has passed it; press a dot to see its frame.';
    byId('box-steps').hidden = Boolean(box);
    byId('box-passed').hidden = !box;
    byId('box-frames').replaceChildren(...(box ? [this.#lists.get(id).list] : []));
  }
}

function entryNodes(kind) {
  const time = el('time');
  const label = el('span', { class: 'ellipsis' });
  const count = el('span', { class: 'times' });
  const button = el('button', { type: 'button', style: `--kind: var(--kind-${kind})` }, time, label, count);
  return { item: el('li', {}, button), button, time, label, count };
}
