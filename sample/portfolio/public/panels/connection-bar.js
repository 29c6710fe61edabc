import { byId } from '../dom.js';
import { recall, remember } from '../storage.js';

const ADJECTIVES = [
  'brisk',
  'calm',
  'curious',
  'gentle',
  'jolly',
  'lucky',
  'merry',
  'quiet',
  'sunny',
  'swift',
];
const ANIMALS = ['badger', 'finch', 'fox', 'hare', 'heron', 'lynx', 'otter', 'owl', 'seal', 'wren'];

const anyOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Name, connect and disconnect, and what the two sides have agreed on. */
export class ConnectionBar {
  /** `actions`: `connect(login)`, `disconnect()`. */
  constructor(actions) {
    const login = byId('login');
    login.value = recall('login') ?? `${anyOf(ADJECTIVES)}-${anyOf(ANIMALS)}`;
    byId('connect-form').addEventListener('submit', (event) => {
      event.preventDefault();
      remember('login', login.value);
      actions.connect(login.value);
    });
    byId('disconnect').addEventListener('click', () => actions.disconnect());
  }

  showState(state, detail) {
    byId('state').textContent = state;
    byId('state-line').dataset.state = state;
    byId('state-detail').textContent = detail;
    byId('state-detail').hidden = !detail;
    const hadFocus = byId('connect-form').contains(document.activeElement);
    byId('login').disabled = state !== 'disconnected';
    byId('connect').disabled = state !== 'disconnected';
    byId('disconnect').disabled = state === 'disconnected';
    // A control that gets disabled drops the focus: hand it to the one that undoes what has just been done.
    if (hadFocus) byId(state === 'disconnected' ? 'connect' : 'disconnect').focus();
    if (state !== 'connected') this.#showSession('–', '–');
    for (const fieldset of document.querySelectorAll('[data-needs-connection]')) {
      fieldset.disabled = state !== 'connected';
    }
  }

  showSession({ version, heartbeat }) {
    const seconds = (ms) => (ms > 0 ? `${ms / 1000} s` : 'none');
    this.#showSession(`STOMP ${version}`, `${seconds(heartbeat.out)} out, ${seconds(heartbeat.in)} in`);
  }

  #showSession(version, heartbeat) {
    byId('version').textContent = version;
    byId('heart-beat').textContent = heartbeat;
  }
}

/** Bad news: ERROR frames and failed requests. The last one stays until it is dismissed. */
export class Notice {
  constructor() {
    byId('notice-close').addEventListener('click', () => this.clear());
  }

  show(text) {
    byId('notice-text').textContent = text;
    byId('notice').hidden = false;
  }

  clear() {
    byId('notice').hidden = true;
  }
}
