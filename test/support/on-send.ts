import type { ChannelInterceptor, Message } from 'nestjs-stomp';

/** An interceptor that lets everything but messages with a body, SEND and MESSAGE, pass. */
export function onSend(interceptor: ChannelInterceptor): ChannelInterceptor {
  const isSend = (message: Message): boolean => message.headers.simpMessageType === 'MESSAGE';
  return {
    preSend: (message, channel) =>
      isSend(message) && interceptor.preSend ? interceptor.preSend(message, channel) : message,
    postSend: (message, ...rest) => (isSend(message) ? interceptor.postSend?.(message, ...rest) : undefined),
    afterSendCompletion: (message, ...rest) =>
      isSend(message) ? interceptor.afterSendCompletion?.(message, ...rest) : undefined,
  };
}
