import { Controller, ParseIntPipe } from '@nestjs/common';
import {
  DestinationVariable,
  Header,
  Headers,
  MessageHeaders,
  MessageMapping,
  Payload,
  Principal,
  SessionAttributes,
  StompMessage,
  StompPrincipal,
  type Message,
} from 'nestjs-stomp';

@Controller()
@MessageMapping('/args')
export class ArgumentController {
  @MessageMapping('/header')
  header(@Header('foo') foo: string): string {
    return `foo is ${foo}`;
  }

  @MessageMapping('/header-default')
  headerDefault(@Header('foo', { defaultValue: 'the default' }) foo: string): string {
    return `foo is ${foo}`;
  }

  @MessageMapping('/header-optional')
  headerOptional(@Header('foo', { required: false }) foo: string | undefined): string {
    return foo === undefined ? 'no foo' : `foo is ${foo}`;
  }

  @MessageMapping('/header-number')
  headerNumber(@Header('foo', ParseIntPipe) foo: number): number {
    return foo + 1;
  }

  @MessageMapping('/header-destination')
  headerDestination(@Header('simpDestination') destination: string): string {
    return destination;
  }

  @MessageMapping('/header-content-type')
  headerContentType(@Header('content-type') contentType: string): string {
    return contentType;
  }

  @MessageMapping('/headers')
  headers(@Headers() headers: MessageHeaders): string {
    return `${headers.simpMessageType} ${headers.simpDestination} ${headers.lookupDestination}`;
  }

  @MessageMapping('/principal')
  principal(@Principal() principal: StompPrincipal | null): string {
    return principal?.name ?? 'nobody';
  }

  @MessageMapping('/variable/{id}')
  variable(@DestinationVariable('id', ParseIntPipe) id: number): number {
    return id + 1;
  }

  @MessageMapping('/message')
  message(@StompMessage() message: Message, @Payload() text: string): string {
    return `${text} [${message.headers.nativeHeaders.get('foo')?.join(', ')}]`;
  }

  @MessageMapping('/attributes')
  attributes(@SessionAttributes() attributes: Map<string, unknown>): number {
    const count = ((attributes.get('count') as number | undefined) ?? 0) + 1;
    attributes.set('count', count);
    return count;
  }

  @MessageMapping('/attribute-of-handshake')
  attributeOfHandshake(@SessionAttributes('attribute') attribute: string | undefined): string {
    return String(attribute ?? null);
  }
}
