import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { StompModuleOptions } from './stomp-module-options.js';

/** Gives `forRoot` and `forRootAsync`. The module is global: the template is injectable everywhere. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<StompModuleOptions>({
    moduleName: 'Stomp',
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createStompOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
