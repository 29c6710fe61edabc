import 'reflect-metadata';
import type { PayloadType } from '../messaging/message-converter.js';
import { OPTIONAL_PAYLOAD_METADATA } from './annotation.constants.js';
import { typedParameter } from './typed-parameter.js';

/** Where Nest keeps what parameter decorators say, of a class and method. */
export const PARAMETERS_METADATA = '__routeArguments__';

/** The kinds of parameters in that metadata, as `@nestjs/websockets` numbers them. */
export const ParameterKind = { SOCKET: 0, PAYLOAD: 3 } as const;

interface ParameterMetadata {
  readonly index: number;
  readonly data?: unknown;
}

/** What a handler wants as its payload. */
export interface PayloadParameter {
  readonly type: PayloadType;
  readonly required: boolean;
}

/** Reads the metadata of one handler method, and completes it. */
export class HandlerMetadata {
  constructor(
    private readonly prototype: object,
    private readonly methodName: string,
  ) {}

  /**
   * A parameter without a decorator is what its type says, mostly the payload, as in Spring. Without this Nest would pass
   * the session as the first argument.
   */
  completeParameters(): void {
    const decorated = new Set(Object.values(this.#parameters()).map(({ index }) => index));
    const { length } = Reflect.get(this.prototype, this.methodName) as { length: number };
    const types = this.#types();
    for (let index = 0; index < Math.max(length, types.length); index++) {
      if (!decorated.has(index)) typedParameter(types[index])(this.prototype, this.methodName, index);
    }
  }

  /** @returns `undefined` when no parameter is the payload: then the body is not looked at */
  payload(): PayloadParameter | undefined {
    const kinds = Object.entries(this.#parameters())
      .filter(([key]) => key.startsWith(`${ParameterKind.PAYLOAD}:`))
      .map(([, parameter]) => parameter);
    if (kinds.length === 0) return undefined;
    const whole = kinds.find(({ data }) => data === undefined || data === null);
    return {
      type: whole === undefined ? undefined : this.#types()[whole.index],
      required:
        Reflect.getMetadata(OPTIONAL_PAYLOAD_METADATA, this.prototype.constructor, this.methodName) !== true,
    };
  }

  #parameters(): Record<string, ParameterMetadata> {
    return (Reflect.getMetadata(PARAMETERS_METADATA, this.prototype.constructor, this.methodName) ??
      {}) as Record<string, ParameterMetadata>;
  }

  #types(): readonly PayloadType[] {
    return (Reflect.getMetadata('design:paramtypes', this.prototype, this.methodName) ?? []) as PayloadType[];
  }
}
