import { byId, formatTime } from '../dom.js';
import { BOXES, routeOf } from '../flow-model.js';
import { directionOf, storyOf, visibleRaw } from '../frame-text.js';

/** Shows one frame: what it is for, its bytes, and the way it took. */
export class FrameDialog {
  #dialog = byId('frame-dialog');
  #frame;
  #originOf;

  /** `originOf(frame)` gives what the page knows about the origin of a frame; `replay(frame)` shows its way again. */
  constructor({ originOf, replay }) {
    this.#originOf = originOf;
    byId('frame-replay').addEventListener('click', () => {
      this.#dialog.close();
      byId('flow').scrollIntoView({ block: 'nearest' });
      replay(this.#frame);
    });
    // A click on the backdrop is a click on the dialog itself, not on anything in it.
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  open(frame) {
    this.#frame = frame;
    byId('frame-title').textContent = frame.command;
    byId('frame-meta').textContent = `${directionOf(frame)} at ${formatTime(frame.time)}`;
    byId('frame-story').textContent = storyOf(frame);
    byId('frame-raw').textContent = visibleRaw(frame);
    byId('frame-route').textContent = routeOf(frame, this.#originOf(frame))
      .map((id) => BOXES[id].name)
      .join(' → ');
    this.#dialog.showModal();
  }
}
