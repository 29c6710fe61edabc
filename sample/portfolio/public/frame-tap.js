const LF = 10;
const CR = 13;
const NUL = 0;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Listens in on a WebSocket, so that the page can show what really is on the wire. The socket works as before; the
 * listener gets each frame as `{ direction: 'out' | 'in', time, command, headers, body, raw }`.
 */
export function tapWebSocket(socket, onFrame) {
  const report = (direction) =>
    new FrameReader((frame) => onFrame({ direction, time: new Date(), ...frame }));
  const incoming = report('in');
  const outgoing = report('out');

  // StompJS assigns `onmessage` later, so this listener is first: a frame is shown before it has its effect.
  socket.addEventListener('message', (event) => incoming.read(event.data));
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    send(data);
    outgoing.read(data);
  };
  return socket;
}

/**
 * A parser for display only: it believes what it reads. WebSocket messages need not be frames (a message may hold
 * several frames, or a piece of one), so it works on the bytes as one stream.
 */
class FrameReader {
  #pending = new Uint8Array(0);
  #onFrame;

  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  read(data) {
    const chunk = typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data);
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    this.#pending = bytes;
    for (let length = this.#readOne(); length > 0; length = this.#readOne()) {
      this.#pending = this.#pending.subarray(length);
    }
  }

  /** Returns how many bytes it used up, 0 if the next frame is not complete yet. */
  #readOne() {
    const bytes = this.#pending;
    if (bytes.length === 0) return 0;
    if (bytes[0] === LF || bytes[0] === CR) {
      const length = bytes[0] === CR ? 2 : 1;
      if (bytes.length < length) return 0;
      this.#onFrame({ command: 'HEART-BEAT', headers: {}, body: '', raw: '\n' });
      return length;
    }

    const bodyStart = endOfHead(bytes);
    if (bodyStart < 0) return 0;
    const [command, ...lines] = decoder.decode(bytes.subarray(0, bodyStart)).split(/\r?\n/);
    const headers = parseHeaders(lines, command);
    const declared = headers['content-length'];
    const bodyEnd = /^\d+$/.test(declared) ? bodyStart + Number(declared) : bytes.indexOf(NUL, bodyStart);
    if (bodyEnd < 0 || bodyEnd >= bytes.length) return 0;

    const length = bodyEnd + 1;
    this.#onFrame({
      command,
      headers,
      body: decoder.decode(bytes.subarray(bodyStart, bodyEnd)),
      raw: decoder.decode(bytes.subarray(0, length)),
    });
    return length;
  }
}

/** The index behind the blank line that ends the headers, -1 while it has not arrived. */
function endOfHead(bytes) {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

const ESCAPES = { '\\n': '\n', '\\r': '\r', '\\c': ':', '\\\\': '\\' };

function parseHeaders(lines, command) {
  // For the sake of STOMP 1.0, the specification exempts these two from escaping.
  const escaped = command !== 'CONNECT' && command !== 'CONNECTED';
  const unescape = (text) => (escaped ? text.replace(/\\[nrc\\]/g, (escape) => ESCAPES[escape]) : text);
  const headers = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    // Of a repeated header the first one counts.
    headers[unescape(line.slice(0, colon))] ??= unescape(line.slice(colon + 1));
  }
  return headers;
}
