import { byId, el } from '../dom.js';
import { readJson } from '../stomp-connection.js';

/** Who is here: asked once after connecting, told whenever somebody comes or goes. */
export class PresencePanel {
  #connection;
  #user;

  /** `user()` gives the name this page is connected with. */
  constructor(connection, { user }) {
    this.#connection = connection;
    this.#user = user;
    connection.watch('/topic/presence', (message) => this.#show(readJson(message)));
  }

  refresh() {
    this.#connection.ask('/app/presence', (message) => this.#show(readJson(message)));
  }

  /** Without a connection the page knows of nobody. */
  clear() {
    byId('visitors').replaceChildren();
  }

  #show(visitors) {
    if (!visitors) return;
    const { names, more, anonymous } = visitors;
    const chip = (text, kind) => el('li', { class: kind }, text);
    byId('visitors').replaceChildren(
      ...names.map((name) => (name === this.#user() ? chip(`${name} (you)`, 'own') : chip(name, ''))),
      ...(more > 0 ? [chip(`${more} more`, 'unnamed')] : []),
      ...(anonymous > 0 ? [chip(`${anonymous} anonymous`, 'unnamed')] : []),
    );
  }
}
