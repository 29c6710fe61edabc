import type { INestApplicationContext } from '@nestjs/common';
import { StompFlow } from '../module/stomp-flow.js';
import { instancesOf } from '../websocket/instances-of.js';

/** @throws Error when the application has no `StompModule` */
export function stompFlowOf(app: INestApplicationContext): StompFlow {
  const [flow] = instancesOf(app, StompFlow);
  if (flow === undefined) {
    throw new Error(
      'StompTestKit finds no StompModule. Import StompModule.forRoot({ … }), or the module that does, in the testing module.',
    );
  }
  return flow;
}
