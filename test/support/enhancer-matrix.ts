import {
  Catch,
  Controller,
  Injectable,
  Scope,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentMetadata,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { MessageMapping, Payload, type SimpSession } from 'nestjs-stomp';
import { bodyOf, exchange } from './exchange.js';
import { startTestApp, type RecordingLogger } from './test-app.js';

/** What an enhancer has been shown. */
export interface Sight {
  readonly type: string;
  readonly client: SimpSession;
  readonly data: unknown;
  /** The method and its class, and the metadata that a `Reflector` finds on them. */
  readonly target?: { readonly handler: unknown; readonly host: unknown; readonly roles: unknown[] };
}

/** What enhancers and handlers of a test tell of themselves. Enhancers and hosts have it injected. */
@Injectable()
export class Journal {
  readonly sights: Sight[] = [];
  readonly pipeCalls: ArgumentMetadata[] = [];
  readonly caught: unknown[] = [];
  readonly handled: string[] = [];

  see(context: ArgumentsHost): void {
    const ws = context.switchToWs();
    this.sights.push({ type: context.getType(), client: ws.getClient(), data: ws.getData() });
  }

  seeTarget(context: ExecutionContext, reflector: Reflector): void {
    this.see(context);
    const [handler, host] = [context.getHandler(), context.getClass()];
    const roles = [handler, host].map((target) => reflector.get<unknown>('role', target));
    this.sights.push({ ...(this.sights.pop() as Sight), target: { handler, host, roles } });
  }
}

@Injectable()
export class DenyingGuard implements CanActivate {
  constructor(
    private readonly journal: Journal,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    this.journal.seeTarget(context, this.reflector);
    return false;
  }
}

@Injectable()
export class SuffixPipe implements PipeTransform {
  constructor(private readonly journal: Journal) {}

  transform(value: unknown, metadata: ArgumentMetadata): string {
    this.journal.pipeCalls.push(metadata);
    return `${String(value)} piped`;
  }
}

@Injectable()
export class WrappingInterceptor implements NestInterceptor {
  constructor(
    private readonly journal: Journal,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.journal.seeTarget(context, this.reflector);
    return next.handle().pipe(map((value) => `${String(value)} wrapped`));
  }
}

@Catch()
export class CatchingFilter implements ExceptionFilter {
  constructor(private readonly journal: Journal) {}

  catch(error: unknown, host: ArgumentsHost): void {
    this.journal.see(host);
    this.journal.caught.push(error);
  }
}

type Enhancer = CanActivate | PipeTransform | NestInterceptor | ExceptionFilter;

/** One of the four kinds, and how it is put somewhere. */
export interface EnhancerKind {
  readonly type: Type<Enhancer>;
  readonly use: (enhancer: Type<Enhancer> | Enhancer) => ClassDecorator & MethodDecorator;
  readonly useGlobally: (app: INestApplication, enhancer: Enhancer) => void;
  readonly token: string;
}

export type EnhancerName = 'guard' | 'pipe' | 'interceptor' | 'filter';

export const enhancerKinds: Readonly<Record<EnhancerName, EnhancerKind>> = {
  guard: {
    type: DenyingGuard,
    use: (guard) => UseGuards(guard as CanActivate),
    useGlobally: (app, guard) => app.useGlobalGuards(guard as CanActivate),
    token: APP_GUARD,
  },
  pipe: {
    type: SuffixPipe,
    use: (pipe) => UsePipes(pipe as PipeTransform),
    useGlobally: (app, pipe) => app.useGlobalPipes(pipe as PipeTransform),
    token: APP_PIPE,
  },
  interceptor: {
    type: WrappingInterceptor,
    use: (interceptor) => UseInterceptors(interceptor as NestInterceptor),
    useGlobally: (app, interceptor) => app.useGlobalInterceptors(interceptor as NestInterceptor),
    token: APP_INTERCEPTOR,
  },
  filter: {
    type: CatchingFilter,
    use: (filter) => UseFilters(filter as ExceptionFilter),
    useGlobally: (app, filter) => app.useGlobalFilters(filter as ExceptionFilter),
    token: APP_FILTER,
  },
};

/** Where an enhancer stands. What is absent stands nowhere. */
export interface Placement {
  readonly onClass?: ClassDecorator;
  readonly onMethod?: MethodDecorator;
  readonly onParameter?: Type<PipeTransform> | PipeTransform;
  readonly globally?: (app: INestApplication) => void;
  readonly providers?: Provider[];
}

export const placements: Record<string, (kind: EnhancerKind, instance: Enhancer) => Placement> = {
  'on the class by class reference': ({ use, type }) => ({ onClass: use(type) }),
  'on the class by instance': ({ use }, instance) => ({ onClass: use(instance) }),
  'on the method by class reference': ({ use, type }) => ({ onMethod: use(type) }),
  'on the method by instance': ({ use }, instance) => ({ onMethod: use(instance) }),
  'by app.useGlobal…': ({ useGlobally }, instance) => ({ globally: (app) => useGlobally(app, instance) }),
  'as an APP_… provider': ({ token, type }) => ({ providers: [{ provide: token, useClass: type }] }),
};

/** What may stand on a parameter too. */
export const parameterPlacements: typeof placements = {
  'on the parameter by class reference': ({ type }) => ({ onParameter: type as Type<PipeTransform> }),
  'on the parameter by instance': (_kind, instance) => ({ onParameter: instance as PipeTransform }),
};

type HostType = new (journal: Journal) => object;

/** A module's lists, and the class that enhancers are to see. */
export interface HostSetup {
  readonly controllers?: Type<object>[];
  readonly providers?: Provider[];
  readonly seenAs: Type<object>;
}

/** Every way for a class with handlers to get into an application. */
export const handlerHosts: Record<string, (host: HostType, journal: Journal) => HostSetup> = {
  'a controller': (host) => {
    Controller()(host);
    return { controllers: [host], seenAs: host };
  },
  'a provider class': (host) => ({ providers: [host], seenAs: host }),
  'useClass under another token': (host) => ({
    providers: [{ provide: 'HOST', useClass: host }],
    seenAs: host,
  }),
  'a useFactory provider': (Host) => ({
    providers: [{ provide: 'HOST', useFactory: (journal: Journal) => new Host(journal), inject: [Journal] }],
    seenAs: Host,
  }),
  'a useValue instance': (Host, journal) => ({
    providers: [{ provide: 'HOST', useValue: new Host(journal) }],
    seenAs: Host,
  }),
  'a subclass inheriting the method': (Host) => {
    @Controller()
    class Heir extends Host {}
    return { controllers: [Heir], seenAs: Heir };
  },
  'a request-scoped controller': (host) => {
    Controller({ scope: Scope.REQUEST })(host);
    return { controllers: [host], seenAs: host };
  },
};

/** A class with one handler, `/app/echo`, that fails when it is sent `boom`. */
export function hostWith({ onClass, onMethod, onParameter }: Placement): HostType {
  @Injectable()
  @SetMetadata('role', 'of the class')
  class Host {
    constructor(private readonly journal: Journal) {}

    @MessageMapping('/echo')
    @SetMetadata('role', 'of the method')
    echo(@Payload(...(onParameter === undefined ? [] : [onParameter])) text: string): string {
      this.journal.handled.push(text);
      if (text === 'boom') throw new Error('boom');
      return `echo ${text}`;
    }
  }
  onClass?.(Host);
  const method = Object.getOwnPropertyDescriptor(Host.prototype, 'echo');
  if (method !== undefined) onMethod?.(Host.prototype, 'echo', method);
  return Host;
}

/** What is to be seen of each kind when it has done its work, and the body sent to see it. */
export const effects = {
  guard: { title: 'keeps the handler from running', sent: 'hi', handled: [], received: [] },
  pipe: { title: 'changes the payload', sent: 'hi', handled: ['hi piped'], received: ['echo hi piped'] },
  interceptor: { title: 'wraps the result', sent: 'hi', handled: ['hi'], received: ['echo hi wrapped'] },
  filter: { title: 'receives the exception', sent: 'boom', handled: ['boom'], received: [] },
};

/** One combination of a host, an enhancer and a place for it. */
export interface Cell {
  readonly setupOf: (host: HostType, journal: Journal) => HostSetup;
  readonly kind: EnhancerKind;
  readonly place: (kind: EnhancerKind, instance: Enhancer) => Placement;
  readonly sent: string;
}

/** What happened in a cell. */
export interface CellOutcome {
  readonly journal: Journal;
  readonly received: string[];
  readonly logger: RecordingLogger;
  /** What enhancers see of the handler. */
  readonly target: Sight['target'];
}

/** Starts an application for a cell and sends one frame to its handler. */
export async function tryCell({ setupOf, kind, place, sent }: Cell): Promise<CellOutcome> {
  const journal = new Journal();
  const placement = place(kind, new kind.type(journal, new Reflector()));
  const host = hostWith(placement);
  const { controllers = [], providers = [], seenAs } = setupOf(host, journal);
  const { url, logger } = await startTestApp({
    controllers,
    providers: [{ provide: Journal, useValue: journal }, ...(placement.providers ?? []), ...providers],
    ...(placement.globally === undefined ? {} : { prepare: placement.globally }),
  });
  const frames = await exchange(url, `SEND\ndestination:/app/echo\n\n${sent}\0`);
  const handler: unknown = Reflect.get(host.prototype as object, 'echo');
  const target = { handler, host: seenAs, roles: ['of the method', 'of the class'] };
  return { journal, received: frames.map(bodyOf), logger, target };
}
