import { withHeaders, type Message } from '../messaging/message.js';
import type { StompFlow } from '../module/stomp-flow.js';
import type { Patience } from './patience.js';
import { Recording } from './recording.js';

/**
 * A channel of the application.
 *
 * @publicApi
 */
export type ChannelName = 'clientInboundChannel' | 'brokerChannel' | 'clientOutboundChannel';

/**
 * What reaches the subscribers of a channel of a running application, which notices nothing: what an interceptor
 * vetoes is not recorded, what it changes is recorded as changed. A broadcast on `clientOutboundChannel` is
 * recorded once for each receiver.
 *
 * @publicApi
 */
export class ChannelRecording extends Recording {
  readonly #takeAway: (() => void)[];

  constructor(flow: StompFlow, name: ChannelName, patience: Patience) {
    super(name, patience);
    // An interceptor would split broadcasts. A subscriber that takes nothing changes nothing.
    const look = (message: Message): boolean => {
      this.keep(message);
      return false;
    };
    this.#takeAway = [flow[name].subscribe({ handleMessage: look })];
    if (name === 'clientOutboundChannel') {
      const stop = flow.clientOutboundChannel.onBroadcast((message, receivers) => {
        for (const { sessionId, subscriptionId } of receivers) {
          look(withHeaders(message, { simpSessionId: sessionId, simpSubscriptionId: subscriptionId }));
        }
      });
      this.#takeAway.push(stop);
    }
  }

  /** Records no more. */
  stop(): void {
    for (const takeAway of this.#takeAway.splice(0)) takeAway();
  }
}
