// The codec alone, beside StompJS's and that of stomp-broker-js: octets to a frame with its headers and body, and back.
import { FrameImpl, Parser } from '@stomp/stompjs';
import stompUtils from 'stomp-broker-js/lib/stomp-utils.js';
import Frame from 'stomp-broker-js/lib/frame.js';
import { loadProtocol } from '../servers/load-project.js';
import { MEASURE_MS, tell, type MicroRow } from './micro-row.js';
import { timesPerSecond } from './stop-clock.js';

const { encodeFrame, encodeFrameInParts, PreparedFrame, StompDecoder, StompHeaders } = await loadProtocol();
const rows: MicroRow[] = [];

for (const bodyBytes of [128, 16_384]) {
  const body = Buffer.alloc(bodyBytes, 'x');
  const text = body.toString();
  const named = {
    destination: '/topic/prices/ACME',
    'content-type': 'text/plain',
    subscription: 'sub-0',
    'message-id': '0123456789ab-1234',
  };
  const headers = StompHeaders.of(named);
  const octets = encodeFrame({ command: 'MESSAGE', headers, body }, '1.2');
  const chunk = octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.length) as ArrayBuffer;

  const decoder = new StompDecoder();
  decoder.version = '1.2';
  const prepared = new PreparedFrame({ command: 'MESSAGE', headers, body }, '1.2', 'subscription');
  let parsed: FrameImpl | undefined;
  const parser = new Parser(
    (raw) => (parsed = FrameImpl.fromRawFrame(raw, true)),
    () => undefined,
  );
  check(() => {
    decoder.push(octets);
    return decoder.next()?.body.length;
  }, bodyBytes);
  check(() => {
    parser.parseChunk(chunk);
    return parsed?.binaryBody.length;
  }, bodyBytes);

  const works: readonly (readonly [string, string, () => unknown])[] = [
    [
      'decode',
      'ours',
      () => {
        decoder.push(octets);
        return decoder.next();
      },
    ],
    [
      'decode',
      'stompjs',
      () => {
        parser.parseChunk(chunk);
        return parsed;
      },
    ],
    ['decode', 'stomp-broker-js', () => stompUtils.parseFrame(octets)],
    ['encode for one more receiver', 'ours', () => prepared.encode('sub-0')],
    // What the server does: from 1 KiB on the socket is handed head, body and NUL, and the body is not copied.
    [
      'encode for the only receiver',
      'ours',
      () => encodeFrameInParts({ command: 'MESSAGE', headers, body }, '1.2'),
    ],
    // Into one buffer, as the other two do.
    ['encode', 'ours', () => encodeFrame({ command: 'MESSAGE', headers, body }, '1.2')],
    [
      'encode',
      'stompjs',
      () =>
        FrameImpl.marshall({
          command: 'MESSAGE',
          headers: named,
          binaryBody: body,
          escapeHeaderValues: true,
          skipContentLengthHeader: false,
        }),
    ],
    [
      'encode',
      'stomp-broker-js',
      () => Buffer.from(new Frame({ command: 'MESSAGE', headers: named, body: text }).toStringOrBuffer()),
    ],
  ];
  for (const [what, server, work] of works) {
    const row = `${what} ${bodyBytes} B`;
    rows.push({ row, parameters: { bodyBytes, what }, server, sample: timesPerSecond(work, MEASURE_MS) });
  }
}
tell(rows);

/** A codec that reads something else is not compared. */
function check(work: () => unknown, expected: number): void {
  const found = work();
  if (found !== expected)
    throw new Error(`A decoder found a body of ${String(found)} octets, not ${expected}`);
}
