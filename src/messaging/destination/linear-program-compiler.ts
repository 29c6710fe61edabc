import type { CompiledRegex, Instruction } from './linear-program.js';
import type { LinearRegex, LinearRegexRepeat } from './linear-regex.js';

/** Turns a tree into instructions (Thompson's construction). The caller has bounded its size. */
export function compileLinearRegex(regex: LinearRegex): CompiledRegex {
  const compiler = new LinearRegexCompiler();
  const start = compiler.emit(regex, compiler.add({ op: 'accept' }));
  return { instructions: compiler.instructions, start, captures: compiler.captures };
}

/** Emits backwards: each part is told the instruction that follows it, so nothing needs a jump. */
class LinearRegexCompiler {
  readonly instructions: Instruction[] = [];
  readonly captures: string[] = [];

  add(instruction: Instruction): number {
    return this.instructions.push(instruction) - 1;
  }

  /** Adds the instructions of the tree and returns the first to run. */
  emit(regex: LinearRegex, next: number): number {
    switch (regex.kind) {
      case 'set':
        return this.add({ op: 'take', set: regex.set, next });
      case 'sequence':
        return regex.parts.reduceRight((following, part) => this.emit(part, following), next);
      case 'choice':
        return regex.options
          .map((option) => this.emit(option, next))
          .reduceRight((second, first) => this.add({ op: 'split', first, second }));
      case 'repeat':
        return this.#emitRepeat(regex, next);
      case 'capture': {
        this.captures.unshift(regex.name);
        const end = this.add({ op: 'save', next });
        return this.add({ op: 'save', next: this.emit(regex.part, end) });
      }
    }
  }

  #emitRepeat({ part, min, max, lazy }: LinearRegexRepeat, next: number): number {
    let start = next;
    let required = min;
    if (max === Infinity) {
      // The loop and its body point at each other: the first to be added is completed last.
      const loop = this.add({ op: 'accept' });
      const body = this.emit(part, loop);
      this.instructions[loop] = choose(body, next, lazy);
      start = min === 0 ? loop : body;
      required = Math.max(0, min - 1);
    } else {
      for (let copy = min; copy < max; copy++) start = this.add(choose(this.emit(part, start), next, lazy));
    }
    for (let copy = 0; copy < required; copy++) start = this.emit(part, start);
    return start;
  }
}

function choose(body: number, exit: number, lazy: boolean): Instruction {
  return lazy ? { op: 'split', first: exit, second: body } : { op: 'split', first: body, second: exit };
}
