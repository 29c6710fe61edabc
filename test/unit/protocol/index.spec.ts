import { describe, expect, it } from '@jest/globals';
import * as protocol from '../../../src/protocol/index.js';

describe('nestjs-stomp/protocol', () => {
  it('has these names and no others', () => {
    expect(Object.keys(protocol).sort()).toEqual([
      'DEFAULT_DECODER_LIMITS',
      'EMPTY_BODY',
      'HEART_BEAT',
      'PRE_CONNECT_DECODER_LIMITS',
      'PreparedFrame',
      'STOMP_VERSIONS',
      'StompDecoder',
      'StompHeaders',
      'StompProtocolError',
      'allowsBody',
      'encodeFrame',
      'encodeFrameInParts',
      'escapeHeader',
      'formatHeartBeat',
      'isClientCommand',
      'isStompCommand',
      'negotiateHeartBeat',
      'negotiateVersion',
      'parseHeartBeat',
      'unescapeHeader',
    ]);
  });
});
