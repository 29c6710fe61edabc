import { withHeaders, type ChannelInterceptor } from 'nestjs-stomp';

/** An inbound interceptor that names the user of every session after the `login` of its CONNECT. */
export const namingUsers: ChannelInterceptor = {
  preSend: (message) => {
    const { simpMessageType, nativeHeaders } = message.headers;
    const name = nativeHeaders.get('login')?.[0];
    if (simpMessageType !== 'CONNECT' || name === undefined) return message;
    return withHeaders(message, { simpUser: { name } });
  },
};
