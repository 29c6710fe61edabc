import { Logger } from '@nestjs/common';
import { defaultMessageConverter } from '../messaging/composite-message-converter.js';
import { SimpMessagingTemplate } from '../messaging/simp-messaging-template.js';
import { RecordingChannel } from './recording-channel.js';

/**
 * A template for the unit test of a service, and what the service has sent with it. It converts as the real one does;
 * there is no broker and nobody is subscribed.
 *
 * ```ts
 * const { template, channel } = recordingTemplate();
 * new PriceService(template).publish('NEST', 40);
 * expect(channel.messages[0].json()).toEqual({ ticker: 'NEST', price: 40 });
 * ```
 *
 * @publicApi
 */
export function recordingTemplate(): { template: SimpMessagingTemplate; channel: RecordingChannel } {
  const channel = new RecordingChannel('brokerChannel');
  const logger = new Logger('SimpMessagingTemplate');
  return { template: new SimpMessagingTemplate(channel, defaultMessageConverter(), logger), channel };
}
