import type { ConvertedPayload, Message, MessageConverter, PayloadType } from 'nestjs-stomp';

const REVERSED = 'application/x-reversed';

/** Text that is written backwards, as `application/x-reversed`. */
export class ReversedMessageConverter implements MessageConverter {
  fromMessage({ payload, headers }: Message<Uint8Array>, target: PayloadType): unknown {
    if (headers.contentType !== REVERSED || target !== String) return undefined;
    return reversed(Buffer.from(payload).toString());
  }

  toMessage(payload: unknown, contentType: string | undefined): ConvertedPayload | undefined {
    if (contentType !== REVERSED || typeof payload !== 'string') return undefined;
    return { payload: Buffer.from(reversed(payload)), contentType };
  }
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}
