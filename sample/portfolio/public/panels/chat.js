import { appendWithin, byId, el, formatTime } from '../dom.js';
import { readJson } from '../stomp-connection.js';

const MOST_MESSAGES = 100;

/** One room at a time: changing it ends one subscription and starts another. */
export class ChatPanel {
  #connection;
  #user;
  #list = byId('chat-messages');
  #room;
  #watch;

  /** `user()` gives the name this page is connected with. */
  constructor(connection, { user }) {
    this.#connection = connection;
    this.#user = user;
    const rooms = byId('chat-room');
    rooms.addEventListener('change', () => this.#enter(rooms.value));
    this.#enter(rooms.value);

    const input = byId('chat-input');
    byId('chat-form').addEventListener('submit', (event) => {
      event.preventDefault();
      connection.send(`/app/chat/${this.#room}`, JSON.stringify({ text: input.value }));
      input.value = '';
    });
  }

  #enter(room) {
    this.#watch?.stop();
    this.#room = room;
    this.#list.replaceChildren();
    const destination = `/topic/chat/${room}`;
    byId('chat-destination').textContent = destination;
    this.#watch = this.#connection.watch(destination, (message) => this.#show(readJson(message)), {
      // Only the RECEIPT says from when on nothing in this room is missed.
      onLive: () => this.#add(el('li', { class: 'system' }, `You are in ${room} now.`)),
    });
  }

  #show(message) {
    if (!message) return;
    const own = message.from === this.#user();
    const head = el('span', { class: 'meta' }, `${own ? 'you' : message.from} · ${formatTime(message.time)}`);
    this.#add(
      el('li', own ? { class: 'own' } : {}, head, el('span', { class: 'bubble' }, String(message.text))),
    );
  }

  #add(item) {
    appendWithin(this.#list, item, MOST_MESSAGES);
  }
}
