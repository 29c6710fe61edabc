import { Controller } from '@nestjs/common';
import {
  DestinationVariable,
  Header,
  MessageExceptionHandler,
  MessageMapping,
  Principal,
  SendTo,
  SendToUser,
  StompPrincipal,
  SubscribeMapping,
} from 'nestjs-stomp';
import {
  AdvisedError,
  BrokenHandlerError,
  ContextError,
  DefaultError,
  OrderError,
  PrivateError,
  SoldOutError,
} from './failures.js';

@Controller()
@MessageMapping('/fail')
export class FailingController {
  @MessageMapping('/unhandled')
  unhandled(): string {
    throw new Error('A secret of the server');
  }

  @MessageMapping('/order')
  order(): string {
    throw new OrderError('no such order');
  }

  @MessageMapping('/sold-out')
  soldOut(): string {
    throw new SoldOutError();
  }

  @MessageMapping('/cause')
  cause(): string {
    throw new Error('outside', { cause: new OrderError('as a cause') });
  }

  @MessageMapping('/private')
  secret(): string {
    throw new PrivateError();
  }

  @MessageMapping('/context/{id}')
  context(): string {
    throw new ContextError();
  }

  @MessageMapping('/broken-handler')
  brokenHandler(): string {
    throw new BrokenHandlerError();
  }

  @MessageMapping('/advised')
  advised(): string {
    throw new AdvisedError();
  }

  @MessageMapping('/default')
  byDefault(): string {
    throw new DefaultError();
  }

  @MessageMapping('/later')
  async later(): Promise<string> {
    throw new OrderError('later');
  }

  @SubscribeMapping('/subscription')
  subscription(): string {
    throw new OrderError('of a subscription');
  }

  @MessageExceptionHandler()
  @SendTo('/topic/failures')
  onOrder(error: OrderError): string {
    return `order: ${error.message}`;
  }

  @MessageExceptionHandler()
  @SendTo('/topic/failures')
  onSoldOut(error: SoldOutError): string {
    return `closest: ${error.message}`;
  }

  @MessageExceptionHandler(PrivateError)
  @SendToUser('/queue/errors')
  onPrivate(): string {
    return 'for your eyes only';
  }

  @MessageExceptionHandler(ContextError)
  @SendTo('/topic/failures')
  onContext(
    @Header('foo') foo: string,
    @DestinationVariable('id') id: string,
    @Principal() principal: StompPrincipal,
  ): string {
    return `${foo} ${id} ${principal.name}`;
  }

  @MessageExceptionHandler(BrokenHandlerError)
  @SendTo('/topic/failures')
  onBroken(): string {
    throw new Error('the handler of exceptions itself');
  }

  @MessageExceptionHandler(DefaultError)
  onDefault(): string {
    return 'where does this go';
  }
}
