/** What a client may say in a go. What it acknowledges is looked up when it is said. */
export type Step =
  | {
      readonly kind: 'connect';
      readonly accept: string;
      readonly heartBeat: string;
      readonly receipt: boolean;
    }
  | {
      readonly kind: 'send';
      readonly destination: string;
      readonly transaction: string | undefined;
      readonly receipt: boolean;
    }
  | {
      readonly kind: 'subscribe';
      readonly id: string | undefined;
      readonly destination: string;
      readonly mode: string;
      readonly receipt: boolean;
    }
  | { readonly kind: 'unsubscribe'; readonly id: string; readonly receipt: boolean }
  | {
      readonly kind: 'settle';
      readonly command: 'ACK' | 'NACK';
      readonly delivery: ModelDelivery | undefined;
      readonly transaction: string | undefined;
      readonly receipt: boolean;
    }
  | {
      readonly kind: 'begin' | 'commit' | 'abort';
      readonly transaction: string;
      readonly receipt: boolean;
    }
  | { readonly kind: 'disconnect'; readonly receipt: boolean }
  | { readonly kind: 'heart-beat' }
  | { readonly kind: 'malformed'; readonly octets: string };

interface ModelSubscription {
  /** `undefined` for one of STOMP 1.0 that has none. */
  readonly id: string | undefined;
  readonly destination: string;
  readonly mode: string;
  readonly isServed: boolean;
  pending: ModelDelivery[];
}

/** A MESSAGE that a subscription has to get. */
export interface ModelDelivery {
  readonly subscription: ModelSubscription;
  readonly body: string;
  /** How often it has been sent before. */
  readonly before: number;
}

/** What a frame has to be answered with: MESSAGEs, then one more frame or none. */
export interface Answer {
  readonly deliveries: readonly ModelDelivery[];
  readonly last?:
    | {
        readonly command: string;
        /** Of an ERROR; `any` where the decoder has many. */
        readonly code?: string | undefined;
        readonly receipt?: string | undefined;
      }
    | undefined;
}

/** What the sessions of the model are held to. */
export const MODEL_LIMITS = { subscriptions: 4, transactions: 2, frames: 3, deliveries: 5 };

type Part = Step & { readonly kind: 'send' | 'settle' };

/** One session as one would first write it, and everything that it must say. */
export class SessionModel {
  state: 'awaiting-connect' | 'connected' | 'ended' = 'awaiting-connect';
  version = '1.2';
  hasHeartBeats = false;
  /** Bodies that have been published, in order. */
  readonly published: string[] = [];
  readonly #subscriptions = new Map<string, ModelSubscription>();
  readonly #transactions = new Map<string, { readonly part: Part; readonly body: string }[]>();

  get subscriptionCount(): number {
    return [...this.#subscriptions.values()].filter(({ isServed }) => isServed).length;
  }

  get unacknowledgedCount(): number {
    return [...this.#subscriptions.values()].reduce((sum, { pending }) => sum + pending.length, 0);
  }

  end(): void {
    this.state = 'ended';
    this.#subscriptions.clear();
    this.#transactions.clear();
  }

  /** Whether a step would not end the session. */
  accepts(step: Step): boolean {
    return this.#refusalOf(step) === undefined;
  }

  /** @param name of the step: it makes the body of a SEND and the receipt */
  take(step: Step, name: string): Answer {
    if (this.state === 'ended' || step.kind === 'heart-beat') return { deliveries: [] };
    const receipt = 'receipt' in step && step.receipt ? name : undefined;
    const refusal = this.#refusalOf(step);
    if (refusal !== undefined) {
      this.end();
      const named = step.kind === 'connect' ? undefined : receipt;
      return { deliveries: [], last: { command: 'ERROR', code: refusal, receipt: named } };
    }
    const deliveries = this.#effect(step, name);
    if (step.kind === 'connect') return { deliveries, last: { command: 'CONNECTED' } };
    return { deliveries, last: receipt === undefined ? undefined : { command: 'RECEIPT', receipt } };
  }

  /** The code of the ERROR that a step is answered with; `any` where the decoder has many. */
  #refusalOf(step: Step): string | undefined {
    if (step.kind === 'heart-beat' || this.state === 'ended') return undefined;
    if (step.kind === 'malformed') return 'any';
    if (step.kind === 'connect') return this.#refusalOfConnect(step);
    if (this.state === 'awaiting-connect') return 'STOMP_ERR_NOT_CONNECTED';
    switch (step.kind) {
      case 'send':
        if (step.transaction !== undefined) return this.#refusalOfPart(step, step.transaction);
        return step.destination === '/nowhere' && step.receipt ? 'STOMP_ERR_NOT_ROUTABLE' : undefined;
      case 'settle':
        if (step.command === 'NACK' && this.version === '1.0') return 'STOMP_ERR_INVALID_FRAME';
        if (step.transaction !== undefined) return this.#refusalOfPart(step, step.transaction);
        return step.delivery === undefined ? 'STOMP_ERR_UNKNOWN_DELIVERY' : undefined;
      case 'subscribe':
        return this.#refusalOfSubscribe(step);
      case 'unsubscribe':
        return this.#subscriptions.has(step.id) || !step.receipt
          ? undefined
          : 'STOMP_ERR_UNKNOWN_SUBSCRIPTION';
      case 'begin':
        if (this.#transactions.has(step.transaction)) return 'STOMP_ERR_DUPLICATE_TRANSACTION';
        return this.#transactions.size < MODEL_LIMITS.transactions
          ? undefined
          : 'STOMP_ERR_TRANSACTION_LIMIT';
      case 'abort':
        return this.#transactions.has(step.transaction) ? undefined : 'STOMP_ERR_UNKNOWN_TRANSACTION';
      case 'commit': {
        const parts = this.#transactions.get(step.transaction);
        if (parts === undefined) return 'STOMP_ERR_UNKNOWN_TRANSACTION';
        const isUnknown = parts.some(({ part }) => part.kind === 'settle' && part.delivery === undefined);
        return isUnknown ? 'STOMP_ERR_UNKNOWN_DELIVERY' : undefined;
      }
      case 'disconnect':
        return undefined;
    }
  }

  #refusalOfConnect({ accept, heartBeat }: Step & { kind: 'connect' }): string | undefined {
    if (this.state === 'connected') return 'STOMP_ERR_ALREADY_CONNECTED';
    const version = versionOf(accept);
    if (version === undefined) return 'STOMP_ERR_VERSION';
    return version !== '1.0' && heartBeat === 'often' ? 'any' : undefined;
  }

  #refusalOfSubscribe({ id, destination, receipt }: Step & { kind: 'subscribe' }): string | undefined {
    if (id === undefined && this.version !== '1.0') return 'STOMP_ERR_INVALID_FRAME';
    const current = this.#subscriptions.get(keyOf(id, destination));
    if (current?.isServed === true) return 'STOMP_ERR_DUPLICATE_SUBSCRIPTION';
    if (current === undefined && this.#subscriptions.size >= MODEL_LIMITS.subscriptions)
      return 'STOMP_ERR_SUBSCRIPTION_LIMIT';
    return destination === '/nowhere' && receipt ? 'STOMP_ERR_NOT_ROUTABLE' : undefined;
  }

  #refusalOfPart(part: Part, transaction: string): string | undefined {
    const parts = this.#transactions.get(transaction);
    if (parts === undefined) return 'STOMP_ERR_UNKNOWN_TRANSACTION';
    return parts.length < MODEL_LIMITS.frames || isUnawaited(part)
      ? undefined
      : 'STOMP_ERR_TRANSACTION_LIMIT';
  }

  #effect(step: Step, name: string): ModelDelivery[] {
    switch (step.kind) {
      case 'connect':
        this.version = versionOf(step.accept) ?? '';
        this.hasHeartBeats = this.version !== '1.0' && step.heartBeat === '10000,10000';
        this.state = 'connected';
        return [];
      case 'send':
      case 'settle':
        if (step.transaction === undefined) return this.#partTaken(step, name);
        if (!isUnawaited(step)) this.#transactions.get(step.transaction)?.push({ part: step, body: name });
        return [];
      case 'subscribe': {
        const { id, destination, mode } = step;
        const isServed = destination !== '/nowhere';
        this.#subscriptions.set(keyOf(id, destination), { id, destination, mode, isServed, pending: [] });
        return [];
      }
      case 'unsubscribe':
        this.#subscriptions.delete(step.id);
        return [];
      case 'begin':
        this.#transactions.set(step.transaction, []);
        return [];
      case 'abort':
        this.#transactions.delete(step.transaction);
        return [];
      case 'commit': {
        const parts = this.#transactions.get(step.transaction) ?? [];
        this.#transactions.delete(step.transaction);
        return parts.flatMap(({ part, body }) => this.#partTaken(part, body));
      }
      case 'disconnect':
        this.end();
        return [];
      default:
        return [];
    }
  }

  #partTaken(part: Part, body: string): ModelDelivery[] {
    if (part.kind === 'settle') return this.#settled(part);
    const { destination } = part;
    if (!destination.startsWith('/topic/')) return [];
    this.published.push(body);
    return [...this.#subscriptions.values()]
      .filter((subscription) => [destination, '/topic/*'].includes(subscription.destination))
      .map((subscription) => deliver(subscription, body, 0));
  }

  #settled({ command, delivery }: Step & { kind: 'settle' }): ModelDelivery[] {
    if (delivery === undefined) return [];
    const { subscription } = delivery;
    const index = subscription.pending.indexOf(delivery);
    const isOpen = [...this.#subscriptions.values()].includes(subscription);
    if (index < 0 || !isOpen) return [];
    const from = subscription.mode === 'client' ? 0 : index;
    const settled = subscription.pending.splice(from, index + 1 - from);
    if (command === 'ACK') return [];
    return settled
      .filter(({ before }) => before + 1 < MODEL_LIMITS.deliveries)
      .map(({ body, before }) => deliver(subscription, body, before + 1));
  }
}

function versionOf(accept: string): string | undefined {
  const accepted = accept === '' ? ['1.0'] : accept.split(',');
  return ['1.2', '1.1', '1.0'].find((version) => accepted.includes(version));
}

function keyOf(id: string | undefined, destination: string): string {
  return id ?? `no id, ${destination}`;
}

/** Whether an ACK is about a message that need not be acknowledged: then nothing comes of it. */
function isUnawaited(part: Part): boolean {
  return part.kind === 'settle' && part.delivery?.subscription.mode === 'auto';
}

function deliver(subscription: ModelSubscription, body: string, before: number): ModelDelivery {
  const delivery = { subscription, body, before };
  if (subscription.mode !== 'auto') subscription.pending.push(delivery);
  return delivery;
}
