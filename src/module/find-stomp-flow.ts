import type { ModuleRef } from '@nestjs/core';
import { StompConfigurationError } from './stomp-configuration-error.js';
import { StompFlow } from './stomp-flow.js';

/**
 * The flow of the application, for modules beside `StompModule` that observe it.
 *
 * @param who the module that looks for it
 * @throws StompConfigurationError when the application has no `StompModule`
 */
export function findStompFlow(moduleRef: ModuleRef, who: string): StompFlow {
  try {
    return moduleRef.get(StompFlow, { strict: false });
  } catch (error) {
    throw new StompConfigurationError(
      `${who} finds no StompModule. Import StompModule.forRoot({ … }) in this application, too.`,
      { cause: error },
    );
  }
}
