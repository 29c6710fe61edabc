import type { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';

/** Nest's makers of enhancers, as fields of its `ExternalContextCreator`. */
const CREATORS = [
  'guardsContextCreator',
  'interceptorsContextCreator',
  'pipesContextCreator',
  'filtersContextCreator',
] as const;

/**
 * The same creator for an application without global enhancers, be they set by `app.useGlobal…` or provided as `APP_…`.
 *
 * @throws Error when Nest has been rebuilt inside
 */
export function withoutGlobalEnhancers(creator: ExternalContextCreator): ExternalContextCreator {
  const parts: PropertyDescriptorMap = {};
  for (const name of CREATORS) {
    const part = Reflect.get(creator, name) as { getGlobalMetadata?: unknown } | undefined;
    if (typeof part?.getGlobalMetadata !== 'function') {
      throw new Error(
        `This version of @nestjs/core is not supported: its ${name} has no getGlobalMetadata. ` +
          'Leave useGlobalEnhancers at its default.',
      );
    }
    parts[name] = { value: Object.create(part, { getGlobalMetadata: { value: () => [] } }) };
  }
  return Object.create(creator, parts) as ExternalContextCreator;
}

/** The classes of an application's global enhancers. */
export function globalEnhancerNames(config: ApplicationConfig): readonly string[] {
  const instances: readonly object[] = [
    ...config.getGlobalGuards(),
    ...config.getGlobalInterceptors(),
    ...config.getGlobalPipes(),
    ...config.getGlobalFilters(),
  ];
  const scoped = [
    ...config.getGlobalRequestGuards(),
    ...config.getGlobalRequestInterceptors(),
    ...config.getGlobalRequestPipes(),
    ...config.getGlobalRequestFilters(),
  ];
  return [
    ...instances.map((instance) => instance.constructor.name),
    ...scoped.map(({ metatype }) => (metatype as { name?: string } | null)?.name ?? 'an enhancer'),
  ];
}
