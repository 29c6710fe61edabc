import type { BrokerProfile } from './broker-profile.js';

/** Whatever some broker takes for a wildcard. */
const WILDCARD = /[*#>]/;

const PRIVATE = /-user[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** A broker that nothing is known of: destinations go to it as they are, those of users by the names that Spring gives them. */
export class GenericProfile implements BrokerProfile {
  readonly name = 'generic';

  toBroker(destination: string): string {
    return destination;
  }

  fromBroker(destination: string): string {
    return destination;
  }

  isPattern(destination: string): boolean {
    return WILDCARD.test(destination);
  }

  objection(destination: string): string | undefined {
    return PRIVATE.test(destination) ? 'The destination is private' : undefined;
  }

  privateDestination(target: string, sessionId: string): string {
    return `${target}-user${sessionId}`;
  }

  mayMatchPrivate(): boolean {
    return true;
  }

  sendHeaders(): readonly (readonly [string, string])[] {
    return [];
  }

  subscribeHeaders(): readonly (readonly [string, string])[] {
    return [];
  }

  remarkOn(): string | undefined {
    return undefined;
  }
}
