import type { Area } from '../scenario.js';
import { BROKER } from './broker.js';
import { CONNECTING } from './connecting.js';
import { FRAMING } from './framing.js';
import { ARGUMENTS, FAILURES, MAPPINGS, PAYLOADS, RESULTS, SUBSCRIPTIONS } from './handlers.js';
import { OBSERVATION, TEMPLATE, USERS } from './users.js';
import { DOTS, HANDSHAKES, HEART_BEATS, INTERCEPTORS, PREFIXES, SECURITY, SELECTORS } from './variants.js';

/** Every area of behaviour that both servers are compared in, in the order of the table. */
export const AREAS: readonly Area[] = [
  HANDSHAKES,
  CONNECTING,
  FRAMING,
  BROKER,
  MAPPINGS,
  ARGUMENTS,
  PAYLOADS,
  RESULTS,
  SUBSCRIPTIONS,
  FAILURES,
  USERS,
  TEMPLATE,
  OBSERVATION,
  INTERCEPTORS,
  SECURITY,
  HEART_BEATS,
  DOTS,
  PREFIXES,
  SELECTORS,
];
