import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/**
 * Tells when the whole application has bootstrapped, for which Nest has no hook of its own: it calls
 * `onApplicationBootstrap` one module after the other, global modules first and the root module last.
 */
@Injectable()
export class ApplicationReady implements OnApplicationBootstrap {
  readonly #listeners: (() => void)[] = [];

  /** Calls back, once, when every other `onApplicationBootstrap` has ended well. */
  onReady(listener: () => void): void {
    this.#listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

/**
 * A module of its own, because Nest orders its hooks by modules: those farthest from the root come first. This
 * one puts itself nearer than the root module, so that it comes last.
 */
@Module({ providers: [ApplicationReady], exports: [ApplicationReady] })
export class ApplicationReadyModule {
  constructor(modules: ModulesContainer) {
    for (const module of modules.values()) {
      if (module.metatype === ApplicationReadyModule) module.distance = -1;
    }
  }
}
