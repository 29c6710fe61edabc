import 'reflect-metadata';

/** A decorator that keeps something on the method's function, or on the class. */
export function defineMetadataOn(key: symbol, value: unknown): ClassDecorator & MethodDecorator {
  return (target: object, _property?: string | symbol, descriptor?: PropertyDescriptor): void => {
    Reflect.defineMetadata(key, value, descriptor === undefined ? target : (descriptor.value as object));
  };
}

/** A decorator that keeps its values on the method's function, or on the class. */
export function defineValues(key: symbol, values: readonly string[]): ClassDecorator & MethodDecorator {
  return defineMetadataOn(key, values);
}

/** The values that a decorator left; `undefined` when it is not there. */
export function valuesOf(key: symbol, target: object): readonly string[] | undefined {
  return Reflect.getMetadata(key, target) as readonly string[] | undefined;
}
