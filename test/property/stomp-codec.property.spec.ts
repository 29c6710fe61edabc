import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowsBody } from '../../src/protocol/stomp-command.js';
import type { StompCommand } from '../../src/protocol/stomp-command.js';
import type { StompDecoderLimits } from '../../src/protocol/stomp-decoder-limits.js';
import { encodeFrame, PreparedFrame } from '../../src/protocol/stomp-encoder.js';
import type { StompFrame } from '../../src/protocol/stomp-frame.js';
import { StompHeaders } from '../../src/protocol/stomp-headers.js';
import type { StompVersion } from '../../src/protocol/stomp-version.js';
import { decode } from '../unit/protocol/decoding.js';
import type { Outcome } from '../unit/protocol/decoding.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_123, 300);

const LIMITS: StompDecoderLimits = {
  maxCommandBytes: 12,
  maxHeaderLineBytes: 40,
  maxHeaders: 6,
  maxHeaderBlockBytes: 120,
  maxBodyBytes: 64,
};

const version = fc.constantFrom<StompVersion>('1.0', '1.1', '1.2');

const command = fc.constantFrom<StompCommand>(
  'CONNECT',
  'STOMP',
  'CONNECTED',
  'SEND',
  'MESSAGE',
  'ERROR',
  'SUBSCRIBE',
  'RECEIPT',
  'ACK',
  'DISCONNECT',
);

/** Text with a liking for what STOMP treats specially. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('\\', ':', '\n', '\r', ' ', 'n', 'c', 'r', '\0') },
    { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }) },
  ),
  maxLength: 12,
});

const frame: fc.Arbitrary<StompFrame> = fc
  .record({
    command,
    headers: fc.array(fc.tuple(text, text), { maxLength: 6 }).map((entries) => new StompHeaders(entries)),
    body: fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
  })
  .filter(({ headers }) => !headers.has('content-length'));

/** Octets that look like STOMP often enough to get far into the decoder. */
const junk = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'SEND\n',
        'SEND\r\n',
        'CONNECT\n',
        'SUBSCRIBE\n',
        'FOO\n',
        '\n',
        '\r\n',
        '\r',
        '\0',
        ':',
        '\\',
        '\n\n',
      ),
      fc.constantFrom(
        'content-length:3\n',
        'content-length:-1\n',
        'content-length:99999\n',
        'receipt:r\n',
        'a:b\\c\n',
        'a:\\t\n',
      ),
      fc.uint8Array({ maxLength: 8 }).map((octets) => Buffer.from(octets).toString('latin1')),
    ),
    { maxLength: 14 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('STOMP codec', () => {
  it('reads what it wrote, but for what the version cannot express', () => {
    fc.assert(
      fc.property(frame, version, (original, version) => {
        const { frames, error } = decode([encodeFrame(original, version)], version);
        expect(error).toBeUndefined();
        expect(frames).toEqual([expressible(original, version)]);
      }),
      RUNS,
    );
  });

  it('writes one frame, whatever its headers hold [A39] [D11]', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), version, (originals, version) => {
        const octets = Buffer.concat(originals.map((original) => encodeFrame(original, version)));
        expect(decode([octets], version).frames.map(({ command }) => command)).toEqual(
          originals.map(({ command }) => command),
        );
      }),
      RUNS,
    );
  });

  it('fills in a prepared frame as if it had been written whole', () => {
    fc.assert(
      fc.property(frame, version, text, fc.nat(), (original, version, value, at) => {
        const entries = [...original.headers].filter(([name]) => name !== 'slot');
        const place = at % (entries.length + 1);
        const withSlot = (slot: string): StompFrame => ({
          ...original,
          headers: new StompHeaders([...entries.slice(0, place), ['slot', slot], ...entries.slice(place)]),
        });
        const octets = Buffer.concat(new PreparedFrame(withSlot(''), version, 'slot').encode(value));
        expect(octets.equals(encodeFrame(withSlot(value), version))).toBe(true);
      }),
      RUNS,
    );
  });

  it('reads the same frames, or the same error, wherever the octets are cut [A13]', () => {
    const stream = fc.oneof(
      junk,
      fc
        .tuple(fc.array(frame, { maxLength: 4 }), version)
        .map(([frames, version]) => Buffer.concat(frames.map((original) => encodeFrame(original, version)))),
    );
    fc.assert(
      fc.property(
        stream,
        version,
        fc.array(fc.nat({ max: 400 }), { maxLength: 12 }),
        (octets, version, at) => {
          expect(decode(cutAt(octets, at), version, LIMITS)).toEqual(decode([octets], version, LIMITS));
        },
      ),
      fuzzRuns(20_261_123, 600),
    );
  });

  it('ends junk in a StompProtocolError or in nothing at all [D19]', () => {
    fc.assert(
      fc.property(junk, fc.option(version, { nil: undefined }), (octets, version) => {
        // Any other error gets out of decode() and fails the property.
        const outcome = decode([octets], version, LIMITS);
        expectWithinLimits(outcome);
        if (outcome.error !== undefined) {
          expect(outcome.error.code).toMatch(/^STOMP_ERR_[A-Z0-9_]+$/);
          expect(outcome.error.message).toMatch(/^[^\p{C}:\\]+$/u);
        }
      }),
      fuzzRuns(20_261_123, 1000),
    );
  });

  it('refuses what is over a limit and takes what is not, to the octet [A194]', () => {
    const around = (limit: number) => fc.integer({ min: Math.max(0, limit - 2), max: limit + 2 });
    fc.assert(
      fc.property(
        fc.constantFrom('1.2' as const, undefined),
        around(LIMITS.maxHeaderLineBytes),
        around(LIMITS.maxHeaders),
        around(LIMITS.maxBodyBytes),
        fc.boolean(),
        (version, longest, count, bodyBytes, counted) => {
          const lengthLine = counted ? [`content-length:${bodyBytes}`] : [];
          const lines = [...lengthLine, ...Array.from({ length: count - lengthLine.length }, () => 'a:')];
          lines[lines.length - 1] = `a:${'x'.repeat(longest - 2)}`;
          const head = `SEND\n${lines.map((line) => `${line}\n`).join('')}\n`;
          const { frames, error } = decode(
            [Buffer.from(`${head}${'b'.repeat(bodyBytes)}\0`)],
            version,
            LIMITS,
          );
          const isWithin =
            longest <= LIMITS.maxHeaderLineBytes &&
            count <= LIMITS.maxHeaders &&
            bodyBytes <= LIMITS.maxBodyBytes;
          expect(frames).toHaveLength(isWithin ? 1 : 0);
          expect(error?.kind).toBe(isWithin ? undefined : 'limit');
        },
      ),
      RUNS,
    );
  });

  it('counts repeats of one header as it counts different ones [A195] [D3]', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a:1', 'a:2', 'b:1', 'receipt:1'), { maxLength: 12 }), (lines) => {
        const octets = Buffer.from(`SEND\n${lines.map((line) => `${line}\n`).join('')}\n\0`);
        expect(decode([octets], '1.2', LIMITS).error?.code).toBe(
          lines.length > LIMITS.maxHeaders ? 'STOMP_ERR_HEADER_COUNT_LIMIT' : undefined,
        );
      }),
      RUNS,
    );
  });
});

/** What is left of a frame when it has been written for `version` and read again. */
function expressible({ command, headers, body }: StompFrame, version: StompVersion) {
  const isRaw = command === 'CONNECT' || command === 'STOMP' || command === 'CONNECTED';
  const has = (octet: string): boolean =>
    !isRaw && (version === '1.2' || (version === '1.1' && octet !== '\r'));
  const unwritable = ['\0', ...['\r', '\n', ':'].filter((octet) => !has(octet))];
  const readable: [string, string][] = [];
  for (const [name, value] of headers) {
    if (name === '' || unwritable.some((octet) => name.includes(octet))) continue;
    const written = Array.from(value, (character) =>
      character !== ':' && unwritable.includes(character) ? ' ' : character,
    ).join('');
    readable.push([
      name,
      version === '1.0' && !isRaw ? written.replace(/^ +/, '').replace(/ +$/, '') : written,
    ]);
  }
  if (!allowsBody(command)) return { command, headers: readable, body: '' };
  return {
    command,
    headers: [...readable, ['content-length', String(body.length)]],
    body: body.toString('latin1'),
  };
}

function cutAt(octets: Buffer, positions: readonly number[]): Buffer[] {
  const sorted = [0, ...positions.filter((at) => at < octets.length), octets.length].toSorted(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((to, i) => octets.subarray(sorted[i], to));
}

function expectWithinLimits({ frames, bufferedBytes }: Outcome): void {
  for (const { headers, body } of frames) {
    expect(headers.length).toBeLessThanOrEqual(LIMITS.maxHeaders);
    expect(body.length).toBeLessThanOrEqual(LIMITS.maxBodyBytes);
  }
  expect(bufferedBytes).toBeLessThanOrEqual(
    LIMITS.maxCommandBytes + LIMITS.maxHeaderBlockBytes + LIMITS.maxBodyBytes + 8,
  );
}
