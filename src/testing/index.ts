/*
 * The door of `nestjs-stomp/testing`: clients in memory, recorded channels and virtual time for the tests of
 * applications, with any test runner.
 */
export { ChannelRecording } from './channel-recording.js';
export type { ChannelName } from './channel-recording.js';
export { MemoryCluster } from './memory-cluster.js';
export { RecordedMessage, Recording } from './recording.js';
export { RecordingChannel } from './recording-channel.js';
export { recordingTemplate } from './recording-template.js';
export { StompTestClient } from './stomp-test-client.js';
export type { StompTestConnect } from './stomp-test-client.js';
export type { StompTestError } from './stomp-test-error.js';
export { StompTestKit } from './stomp-test-kit.js';
export type {
  StompTestConnectOptions,
  StompTestHandshake,
  StompTestKitCreateOptions,
  StompTestKitOptions,
} from './stomp-test-kit.js';
export { StompTestMessage } from './stomp-test-message.js';
export { StompTestSubscription } from './stomp-test-subscription.js';
export type { TestingModuleBuilderLike, TestingModuleLike } from './test-application.js';
export { VirtualClock } from './virtual-clock.js';
