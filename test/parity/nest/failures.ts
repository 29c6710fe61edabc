export class OrderError extends Error {}

export class SoldOutError extends OrderError {
  constructor() {
    super('sold out');
  }
}

export class PrivateError extends Error {}

export class ContextError extends Error {}

export class BrokenHandlerError extends Error {}

export class AdvisedError extends Error {}

export class DefaultError extends Error {}
