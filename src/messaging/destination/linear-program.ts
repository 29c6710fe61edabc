import { type CodePointSet, hasCodePoint } from './code-point-set.js';

/** One step of a {@link LinearProgram}. */
export type Instruction =
  /** Take one character of the set. */
  | { readonly op: 'take'; readonly set: CodePointSet; readonly next: number }
  /** Go on at both places; a match through the first is preferred. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  /** Remember the position: where a capture begins, then where it ends. */
  | { readonly op: 'save'; readonly next: number }
  /** A match, if the text ends here. */
  | { readonly op: 'accept' };

/** A regular expression as instructions. */
export interface CompiledRegex {
  readonly instructions: readonly Instruction[];
  /** Where to begin. */
  readonly start: number;
  /** Names of the captures, in the order in which they begin. They neither nest nor repeat. */
  readonly captures: readonly string[];
}

/** Counts comparisons, so that a test can show how work grows. */
export interface StepMeter {
  steps: number;
}

/** A position that a thread saved, and those before it, which it shares with other threads. */
interface Saved {
  readonly at: number;
  readonly earlier: Saved | undefined;
}

/** A list of threads. A thread is a place among the instructions, and what it saved on its way there. */
class ThreadList {
  readonly places: Int32Array;
  readonly saved: (Saved | undefined)[];
  length = 0;

  constructor(capacity: number) {
    this.places = new Int32Array(capacity);
    this.saved = Array.from({ length: capacity });
  }

  push(place: number, saved: Saved | undefined): void {
    this.places[this.length] = place;
    this.saved[this.length++] = saved;
  }
}

/**
 * Runs the instructions of a regular expression over a whole text: all threads side by side, one character at
 * a time, never two of them at one instruction (Pike's machine). So the work is at most instructions times
 * characters. Of several ways to match it finds the one that a backtracking engine would try first, because
 * the threads are kept in that order.
 */
export class LinearProgram {
  readonly #regex: CompiledRegex;
  readonly #meter: StepMeter | undefined;
  // Working memory, kept because making it takes longer than most matches.
  /** Where each instruction was last reached. */
  readonly #reached: Int32Array;
  /** Threads to follow, a stack: the preferred on top. */
  readonly #moving: ThreadList;
  /** Threads that wait for a character or for the end, the preferred first. */
  readonly #waiting: ThreadList;

  constructor(regex: CompiledRegex, meter?: StepMeter) {
    const size = regex.instructions.length;
    this.#regex = regex;
    this.#meter = meter;
    this.#reached = new Int32Array(size);
    // Holds a thread for each instruction that took a character, and one for each split that was followed.
    this.#moving = new ThreadList(size);
    this.#waiting = new ThreadList(size);
  }

  /** Whether all of `text` from `start` to `end` matches; if so, what was captured goes `into` the map. */
  matches(text: string, start: number, end: number, into?: Map<string, string>): boolean {
    this.#reached.fill(-1);
    this.#moving.length = 0;
    this.#moving.push(this.#regex.start, undefined);
    let at = start;
    while (this.#moving.length > 0) {
      this.#follow(at, into !== undefined);
      if (at === end) return this.#accept(text, into);
      const codePoint = text.codePointAt(at) as number;
      this.#take(codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
    return false;
  }

  /** Moves the threads on to where they wait. */
  #follow(at: number, saving: boolean): void {
    const { instructions } = this.#regex;
    const moving = this.#moving;
    this.#waiting.length = 0;
    while (moving.length > 0) {
      const place = moving.places[--moving.length];
      const saved = moving.saved[moving.length];
      if (this.#meter !== undefined) this.#meter.steps++;
      // A preferred thread was here: whatever can follow from here, it finds.
      if (this.#reached[place] === at) continue;
      this.#reached[place] = at;
      const instruction = instructions[place];
      if (instruction.op === 'split') {
        moving.push(instruction.second, saved);
        moving.push(instruction.first, saved);
      } else if (instruction.op === 'save') {
        moving.push(instruction.next, saving ? { at, earlier: saved } : undefined);
      } else {
        this.#waiting.push(place, saved);
      }
    }
  }

  /** Gives the character to the threads that wait; those that cannot take it end. */
  #take(codePoint: number): void {
    const { instructions } = this.#regex;
    const { places, saved } = this.#waiting;
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const instruction = instructions[places[index]];
      if (instruction.op === 'take' && hasCodePoint(instruction.set, codePoint)) {
        this.#moving.push(instruction.next, saved[index]);
      }
    }
  }

  #accept(text: string, into: Map<string, string> | undefined): boolean {
    const { instructions, captures } = this.#regex;
    const { places, saved, length } = this.#waiting;
    const accepted = places.subarray(0, length).findIndex((place) => instructions[place].op === 'accept');
    if (accepted === -1) return false;
    if (into === undefined) return true;
    const positions: number[] = [];
    for (let save = saved[accepted]; save !== undefined; save = save.earlier) positions.unshift(save.at);
    captures.forEach((name, index) =>
      into.set(name, text.slice(positions[2 * index], positions[2 * index + 1])),
    );
    return true;
  }
}
