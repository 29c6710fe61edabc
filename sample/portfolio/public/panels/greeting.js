import { appendWithin, byId, el } from '../dom.js';

const MOST_GREETINGS = 30;
const MOST_EXPECTED = 20;

/** The hello world of messaging, twice: as a STOMP message and as an HTTP request. */
export class GreetingPanel {
  /** The greetings of this page that have not come back yet, as `{ text, viaHttp }`. */
  #expected = [];
  #onProblem;

  constructor(connection, { onProblem }) {
    this.#onProblem = onProblem;
    const input = byId('greeting-input');
    byId('greeting-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#expect({ text: input.value, viaHttp: false });
      connection.send('/app/greeting', input.value, 'text/plain');
    });
    byId('greeting-http').addEventListener('click', () => {
      if (input.reportValidity()) void this.#post(input.value);
    });
    connection.watch('/topic/greeting', ({ body }) =>
      appendWithin(byId('greetings'), el('li', {}, body), MOST_GREETINGS),
    );
  }

  /**
   * A broadcast does not tell who caused it. This page knows it of its own greetings, by their text; one that somebody
   * else has posted is taken for a STOMP one.
   */
  cameByHttp(frame) {
    if (frame.command !== 'MESSAGE' || frame.headers.destination !== '/topic/greeting') return false;
    const greeting = this.#expected.find(({ text }) => frame.body.includes(text));
    this.#forget(greeting);
    return greeting?.viaHttp ?? false;
  }

  async #post(text) {
    const greeting = { text, viaHttp: true };
    this.#expect(greeting);
    try {
      const response = await fetch('/greetings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
    } catch (error) {
      this.#forget(greeting);
      this.#onProblem(`POST /greetings failed: ${error.message}`);
    }
  }

  #expect(greeting) {
    this.#expected.push(greeting);
    if (this.#expected.length > MOST_EXPECTED) this.#expected.shift();
  }

  #forget(greeting) {
    this.#expected = this.#expected.filter((other) => other !== greeting);
  }
}
