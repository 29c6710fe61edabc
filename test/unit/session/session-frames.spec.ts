import { describe, expect, it } from '@jest/globals';
import { encodeFrame } from '../../../src/protocol/stomp-encoder.js';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import type { StompVersion } from '../../../src/protocol/stomp-version.js';
import { requireDestination, requireHandled } from '../../../src/session/frame-checks.js';
import type { SessionError } from '../../../src/session/session-error.js';
import {
  connectedFrame,
  errorFrame,
  receiptFrame,
  trimmedFrame,
  unsupportedVersionFrame,
} from '../../../src/session/session-frames.js';

const HEART_BEAT = { sendMs: 10_000, receiveMs: 5_000 };

function written(frame: StompFrame, version: StompVersion = '1.2'): string {
  return encodeFrame(frame, version).toString();
}

describe('connectedFrame', () => {
  it.each(['1.1', '1.2'] as const)('says version, heart-beat and user-name to a client of %s', (version) => {
    expect(written(connectedFrame(version, 's1', HEART_BEAT, { name: 'ada' }), version)).toBe(
      `CONNECTED\nversion:${version}\nheart-beat:10000,5000\nuser-name:ada\n\n\0`,
    );
  });

  it('says session instead of heart-beat to a client of 1.0 [A103]', () => {
    expect(written(connectedFrame('1.0', 's1', HEART_BEAT, { name: 'ada' }), '1.0')).toBe(
      'CONNECTED\nversion:1.0\nsession:s1\nuser-name:ada\n\n\0',
    );
  });

  it('names no user to an anonymous client', () => {
    expect(written(connectedFrame('1.2', 's1', HEART_BEAT, undefined))).toBe(
      'CONNECTED\nversion:1.2\nheart-beat:10000,5000\n\n\0',
    );
  });
});

describe('receiptFrame', () => {
  it('repeats the receipt, escaped', () => {
    expect(written(receiptFrame('a:b\\c'))).toBe('RECEIPT\nreceipt-id:a\\cb\\\\c\n\n\0');
  });
});

describe('errorFrame', () => {
  const REPORT = { code: 'STOMP_ERR_REJECTED', message: 'No: quota', closeCode: 1008 };

  it('says what, for which receipt, and the code', () => {
    expect(written(errorFrame(REPORT, 'r1'))).toBe(
      'ERROR\nmessage:No\\c quota\nreceipt-id:r1\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    );
  });

  it('names no receipt when none was asked for', () => {
    expect(written(errorFrame(REPORT, undefined))).toBe(
      'ERROR\nmessage:No\\c quota\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    );
  });

  it('cannot be broken open by a text that quotes a client [A184]', () => {
    const report = { ...REPORT, message: 'a\n\0\n\nSEND\nb:c' };
    expect(written(errorFrame(report, undefined))).toMatch(
      /^ERROR\nmessage:[^\n\0]+\ncode:STOMP_ERR_REJECTED\n/,
    );
  });
});

describe('unsupportedVersionFrame', () => {
  it('lists the versions spoken here', () => {
    expect(written(unsupportedVersionFrame())).toBe(
      'ERROR\nversion:1.0,1.1,1.2\ncontent-type:text/plain\nmessage:Unsupported STOMP version\n' +
        'code:STOMP_ERR_VERSION\ncontent-length:34\n\nSupported versions are 1.0,1.1,1.2\0',
    );
  });
});

describe('trimmedFrame', () => {
  it('takes the spaces off values, keeps names, order, repeats and the body', () => {
    const body = Buffer.from('  b  ');
    const headers = new StompHeaders([
      [' login', '  user '],
      ['a', '  '],
      ['a', 'x y'],
      ['tab', '\tv\t'],
    ]);
    const trimmed = trimmedFrame({ command: 'CONNECT', headers, body });
    expect([...trimmed.headers]).toEqual([
      [' login', 'user'],
      ['a', ''],
      ['a', 'x y'],
      ['tab', '\tv\t'],
    ]);
    expect(trimmed.body).toBe(body);
  });
});

describe('requireDestination', () => {
  function send(headers: Readonly<Record<string, string>>): StompFrame {
    return { command: 'SEND', headers: StompHeaders.of(headers), body: Buffer.alloc(0) };
  }

  it('lets a frame with a destination pass', () => {
    expect(() => requireDestination(send({ destination: '/a' }))).not.toThrow();
  });

  it('refuses one of more than 1024 characters [D54]', () => {
    const longest = `/${'a'.repeat(1023)}`;
    expect(() => requireDestination(send({ destination: longest }))).not.toThrow();
    expect(() => requireDestination(send({ destination: `${longest}a` }))).toThrow(
      'The destination is longer than 1024 characters',
    );
  });

  it.each<Readonly<Record<string, string>>>([{}, { destination: '' }])('refuses %j', (headers) => {
    expect(() => requireDestination(send(headers))).toThrow('SEND needs a destination header');
  });
});

function detailOf(check: () => void): string | undefined {
  try {
    check();
  } catch (error) {
    return (error as SessionError).detail;
  }
  return undefined;
}

describe('requireHandled', () => {
  it('lets pass what was handled', () => {
    expect(() => requireHandled('SEND', 'handled')).not.toThrow();
  });

  it('tells of a destination that nobody serves', () => {
    expect(() => requireHandled('SEND', 'unhandled')).toThrow(
      'Nothing handles this SEND. Check its destination',
    );
  });

  it('tells the log of the destination, which may be hostile', () => {
    expect(detailOf(() => requireHandled('SEND', 'unhandled', '/topik/x'))).toBe('to "/topik/x"');
    const shown = detailOf(() => requireHandled('SUBSCRIBE', 'vetoed', `/a\n${'x'.repeat(1000)}`));
    expect(shown).toMatch(/^to "\/a\?x+\.\.\."$/);
  });

  it('tells of a veto without a reason: there is none', () => {
    expect(() => requireHandled('SEND', 'vetoed')).toThrow(
      expect.objectContaining({ message: 'SEND was not accepted', closeCode: 1008 }),
    );
  });
});
