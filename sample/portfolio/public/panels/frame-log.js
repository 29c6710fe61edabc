import { appendWithin, byId, el, formatTime } from '../dom.js';
import { kindOf } from '../flow-model.js';
import { arrowOf, directionOf, oneLineRaw } from '../frame-text.js';

const MOST_FRAMES = 200;

/** The wire as it is: every frame in both directions, one line each. */
export class FrameLog {
  #list = byId('frame-log');
  #onFrame;

  constructor(onFrame) {
    this.#onFrame = onFrame;
    byId('frame-log-clear').addEventListener('click', () => this.clear());
    // Scrolling has no effect on a list that is not on screen.
    byId('frame-log-details').addEventListener(
      'toggle',
      () => (this.#list.scrollTop = this.#list.scrollHeight),
    );
  }

  add(frame) {
    const kind = kindOf(frame);
    if (byId('frame-log-pause').checked) return;
    if (byId('frame-log-skip').checked && (kind === 'price' || kind === 'beat')) return;
    const button = el(
      'button',
      { type: 'button', style: `--kind: var(--kind-${kind})` },
      el('time', {}, formatTime(frame.time)),
      el('span', { class: 'arrow', role: 'img', 'aria-label': directionOf(frame) }, arrowOf(frame)),
      el('code', { class: 'ellipsis' }, oneLineRaw(frame)),
    );
    button.addEventListener('click', () => this.#onFrame(frame));
    appendWithin(this.#list, el('li', {}, button), MOST_FRAMES);
    this.#showCount();
  }

  clear() {
    this.#list.replaceChildren();
    this.#showCount();
  }

  #showCount() {
    byId('frame-log-count').textContent = String(this.#list.childElementCount);
  }
}
