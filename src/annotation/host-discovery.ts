import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { InstanceWrapper } from './handler-enhancers.js';

/** A class that may have annotated methods. */
export interface Host {
  readonly wrapper: InstanceWrapper;
  /** Of its instance, or, where each message gets an instance of its own, of the listed class. */
  readonly prototype: object;
  readonly methodNames: readonly string[];
}

/** Finds every controller and provider of an application whose methods may be annotated, each once. */
@Injectable()
export class HostDiscovery {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  *hosts(): Iterable<Host> {
    const seen = new Set<unknown>();
    const wrappers = [...this.discovery.getControllers(), ...this.discovery.getProviders()];
    // A factory may hand out what another module has made from its class: that module has its enhancers.
    const fromClasses = wrappers.filter((wrapper) => !wrapper.isNotMetatype);
    const handedOut = wrappers.filter((wrapper) => wrapper.isNotMetatype);
    for (const wrapper of [...fromClasses, ...handedOut]) {
      const prototype = prototypeOf(wrapper);
      // One instance may be known under several tokens.
      const identity = wrapper.isDependencyTreeStatic() ? (wrapper.instance as unknown) : wrapper;
      if (prototype === undefined || wrapper.isAlias || seen.has(identity)) continue;
      seen.add(identity);
      yield { wrapper, prototype, methodNames: this.scanner.getAllMethodNames(prototype) };
    }
  }
}

function prototypeOf(wrapper: InstanceWrapper): object | undefined {
  if (!wrapper.isDependencyTreeStatic()) {
    return wrapper.inject === undefined || wrapper.inject === null
      ? ((wrapper.metatype as { prototype?: object } | null)?.prototype ?? undefined)
      : undefined;
  }
  const instance = wrapper.instance as unknown;
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype = Object.getPrototypeOf(instance) as object | null;
  return prototype === null || prototype === Object.prototype ? undefined : prototype;
}
