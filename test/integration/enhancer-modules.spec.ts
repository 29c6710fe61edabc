import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { MessageMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Lets pass what its module calls the password. */
@Injectable()
class PasswordGuard implements CanActivate {
  constructor(@Inject('PASSWORD') private readonly password: string) {}

  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getData() === this.password;
  }
}

/** A handler `/app/<path>` that is guarded by a password. */
function guardedBy(path: string): Type<object> {
  @Injectable()
  @UseGuards(PasswordGuard)
  class Guarded {
    @MessageMapping(path)
    open(text: string): string {
      return `${path} ${text}`;
    }
  }
  return Guarded;
}

const password = (useValue: string) => ({ provide: 'PASSWORD', useValue });

/** The answers to each password at each path. */
async function tryAll(url: string, paths: readonly string[]): Promise<string[]> {
  const frames = paths.flatMap((path) =>
    ['open sesame', 'swordfish'].map((body) => `SEND\ndestination:/app/${path}\n\n${body}\0`),
  );
  return (await exchange(url, ...frames)).map(bodyOf);
}

describe('An enhancer given by class', () => {
  it('is made in the module of its host, for each module its own', async () => {
    const cave = guardedBy('cave');
    Controller()(cave);
    @Module({ controllers: [cave], providers: [password('open sesame')] })
    class CaveModule {}
    @Module({ providers: [guardedBy('vault'), password('swordfish')] })
    class VaultModule {}
    const { url } = await startTestApp({ imports: [CaveModule, VaultModule] });
    expect(await tryAll(url, ['cave', 'vault'])).toEqual(['cave open sesame', 'vault swordfish']);
  });

  it('is shared by a class and an instance of a factory in one module', async () => {
    const Made = guardedBy('made');
    @Module({
      providers: [
        guardedBy('class'),
        { provide: 'MADE', useFactory: () => new Made() },
        { provide: 'VALUE', useValue: new (guardedBy('value'))() },
        password('swordfish'),
      ],
    })
    class MixedModule {}
    const { url } = await startTestApp({ imports: [MixedModule] });
    expect(await tryAll(url, ['class', 'made', 'value'])).toEqual([
      'class swordfish',
      'made swordfish',
      'value swordfish',
    ]);
  });

  it('stays that of the module which made the host, when a factory elsewhere hands it out again', async () => {
    const Service = guardedBy('service');
    @Module({ providers: [Service, password('swordfish')], exports: [Service] })
    class ServiceModule {}
    const { url } = await startTestApp({
      imports: [ServiceModule],
      providers: [
        { provide: 'AGAIN', useFactory: (service: object) => service, inject: [Service] },
        password('open sesame'),
      ],
    });
    expect(await tryAll(url, ['service'])).toEqual(['service swordfish']);
  });

  it.each([
    ['useValue', (guard: object) => ({ useValue: guard })],
    ['useFactory', (guard: object) => ({ factory: () => guard })],
  ])('gives way to that of a test: overrideGuard and %s', async (_how, asOverride) => {
    const controller = guardedBy('controller');
    Controller()(controller);
    const { url } = await startTestApp({
      controllers: [controller],
      providers: [guardedBy('provider'), { provide: 'HOST', useClass: guardedBy('token') }, password('none')],
      override: (builder) => {
        const override = builder.overrideGuard(PasswordGuard);
        const instead = asOverride({ canActivate: () => true });
        if ('useValue' in instead) override.useValue(instead.useValue);
        else override.useFactory(instead);
      },
    });
    const answers = await tryAll(url, ['controller', 'provider', 'token']);
    expect(answers).toHaveLength(6);
  });
});
