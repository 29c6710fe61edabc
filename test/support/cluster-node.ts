import { Controller } from '@nestjs/common';
import {
  MessageMapping,
  SendToUser,
  SimpleBrokerCluster,
  SubscribeMapping,
  type ClusterOptions,
  type StompModuleOptions,
} from 'nestjs-stomp';
import { namingUsers } from './naming-users.js';
import { RawClient } from './raw-client.js';
import { startTestApp, type TestApp } from './test-app.js';
import { until } from './until.js';

@Controller()
class ClusterController {
  @MessageMapping('/me')
  @SendToUser('/queue/answers')
  me(question: string): string {
    return `You asked: ${question}`;
  }

  @MessageMapping('/here')
  @SendToUser('/queue/answers', { broadcast: false })
  here(question: string): string {
    return `Here: ${question}`;
  }

  @SubscribeMapping('/snapshot')
  snapshot(): string {
    return 'snapshot';
  }
}

export const connectAs = ({ url }: Pick<TestApp, 'url'>, name: string): Promise<RawClient> =>
  RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\nlogin:${name}\n`);

/** An application that is a node of a cluster. */
export function startNode(
  cluster: ClusterOptions,
  stomp: Partial<StompModuleOptions> = {},
  destinationPrefixes = ['/topic', '/queue'],
): Promise<TestApp> {
  return startTestApp({
    controllers: [ClusterController],
    stomp: {
      simpleBroker: { destinationPrefixes, cluster },
      ...stomp,
      interceptors: { ...stomp.interceptors, clientInbound: [namingUsers] },
    },
  });
}

/** Until each node knows all others. */
export async function untilTogether(nodes: readonly TestApp[]): Promise<void> {
  const knows = ({ app }: TestApp): boolean => app.get(SimpleBrokerCluster).nodes.length === nodes.length - 1;
  await until('every node knows the others', () => nodes.every(knows));
}
