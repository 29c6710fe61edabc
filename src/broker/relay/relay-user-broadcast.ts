import type { MaybePromise } from '../../messaging/maybe-promise.js';
import type { Message } from '../../messaging/message.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import { headersOfMessage } from './relay-headers.js';
import type { RelayBroadcasts } from './relay-broadcasts.js';

/** Spring's name for what a message was sent to before it was translated. */
const ORIGINAL_DESTINATION = 'simpOrigDestination';

/** Takes messages for users from one instance of the application to the others, over a destination of the broker. */
export class RelayUserBroadcast {
  /**
   * @param receive gets what other instances have published
   */
  constructor(
    private readonly destination: string,
    private readonly broadcasts: RelayBroadcasts,
    receive: (message: Message) => MaybePromise<unknown>,
  ) {
    broadcasts.listen(destination, (frame) => {
      const message = userMessageOf(frame);
      return message === undefined ? undefined : receive(message);
    });
  }

  publish(message: Message): MaybePromise<boolean> {
    const { simpDestination = '' } = message.headers;
    return this.broadcasts.publish(this.destination, message, [[ORIGINAL_DESTINATION, simpDestination]]);
  }
}

/** `undefined` for what somebody else has sent there. */
function userMessageOf({ headers, body }: StompFrame): Message<Uint8Array> | undefined {
  const simpDestination = headers.get(ORIGINAL_DESTINATION);
  if (simpDestination === undefined) return undefined;
  return {
    payload: body,
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination,
      contentType: headers.get('content-type'),
      nativeHeaders: headersOfMessage(headers),
    },
  };
}
