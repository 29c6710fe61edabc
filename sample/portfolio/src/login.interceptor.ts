import { firstNativeHeader, withHeaders, type ChannelInterceptor, type Message } from 'nestjs-stomp';

/** In this sample anybody is who the `login` header of CONNECT says. A real application checks a password here. */
export class LoginInterceptor implements ChannelInterceptor {
  preSend(message: Message): Message {
    if (message.headers.simpMessageType !== 'CONNECT') return message;
    const name = firstNativeHeader(message, 'login')?.trim().slice(0, 40);
    return name ? withHeaders(message, { simpUser: { name } }) : message;
  }
}
