import {
  firstNativeHeader,
  MessageRejectedError,
  withHeaders,
  type ChannelInterceptor,
  type HandshakeInterceptor,
  type HandshakeRequest,
  type Message,
} from 'nestjs-stomp';

/** The user is who the query says: `?user=joe&roles=ADMIN,CLERK`. */
export class QueryHandshakeInterceptor implements HandshakeInterceptor {
  beforeHandshake(handshake: HandshakeRequest): void {
    const name = handshake.query.get('user');
    if (name === null) return;
    handshake.user = { name, roles: handshake.query.get('roles')?.split(',') ?? [] };
  }
}

/** Does with a handshake what its query says: `?refuse`, or `?attribute=value`. */
export class QueryInterceptor implements HandshakeInterceptor {
  beforeHandshake({ query, attributes }: HandshakeRequest): boolean {
    const attribute = query.get('attribute');
    if (attribute !== null) attributes.set('attribute', attribute);
    return !query.has('refuse');
  }
}

/** Does with a frame what its header `intercept` says. */
export class InboundInterceptor implements ChannelInterceptor {
  preSend(message: Message): Message | null {
    const { nativeHeaders, simpMessageType } = message.headers;
    const token = firstNativeHeader(message, 'token');
    if (simpMessageType === 'CONNECT' && token !== undefined) {
      message = withHeaders(message, { simpUser: { name: token } });
    }
    switch (firstNativeHeader(message, 'intercept')) {
      case 'veto':
        return null;
      case 'throw':
        throw new Error('A secret of the server');
      case 'refuse':
        throw new MessageRejectedError('Name a tenant');
      case 'redirect':
        return withHeaders(message, { simpDestination: '/topic/redirected' });
      case 'mark':
        return withHeaders(message, { nativeHeaders: new Map([...nativeHeaders, ['mark', ['inbound']]]) });
      default:
        return message;
    }
  }
}

/** Keeps back what is published on `/topic/silenced` and marks what is published on `/topic/marked`. */
export class OutboundInterceptor implements ChannelInterceptor {
  preSend(message: Message): Message | null {
    const { simpDestination, nativeHeaders } = message.headers;
    if (simpDestination === '/topic/silenced') return null;
    if (simpDestination !== '/topic/marked') return message;
    return withHeaders(message, { nativeHeaders: new Map([...nativeHeaders, ['mark', ['outbound']]]) });
  }
}
