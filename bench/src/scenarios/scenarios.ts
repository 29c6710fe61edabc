import type { Scenario } from '../harness/scenario.js';
import { fanOut } from './fan-out.js';

/** All scenarios, in the order in which they run. */
export function scenariosOf(matrix: 'cross' | 'product'): readonly Scenario[] {
  return [fanOut(matrix)];
}
