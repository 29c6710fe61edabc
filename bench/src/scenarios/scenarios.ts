import type { Scenario } from '../harness/scenario.js';
import { connects } from './connects.js';
import { fanOut } from './fan-out.js';
import { idle } from './idle.js';
import { latency } from './latency.js';
import { roundTrips } from './round-trips.js';
import { throughHandler } from './through-handler.js';

/** All scenarios, in the order in which they run. */
export function scenariosOf(matrix: 'cross' | 'product'): readonly Scenario[] {
  return [fanOut(matrix), latency, roundTrips, throughHandler, connects, idle];
}
