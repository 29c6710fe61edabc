import { BadRequestException, Controller, ValidationPipe } from '@nestjs/common';
import {
  MessageConversionError,
  MessageExceptionHandler,
  MessageMapping,
  Payload,
  SendTo,
} from 'nestjs-stomp';
import { Order } from './order.js';

@Controller()
@MessageMapping('/payload')
export class PayloadController {
  @MessageMapping('/text')
  text(text: string): string {
    return `text ${text}`;
  }

  @MessageMapping('/optional')
  optional(@Payload({ required: false }) text?: string): string {
    return text === undefined ? 'no text' : `text ${text}`;
  }

  @MessageMapping('/bytes')
  bytes(bytes: Buffer): number {
    return bytes.length;
  }

  @MessageMapping('/order')
  order(order: Order): string {
    return `${order.quantity} ${order.item}`;
  }

  @MessageMapping('/number')
  number(number: number): number {
    return number + 1;
  }

  @MessageMapping('/list')
  list(numbers: number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
  }

  @MessageMapping('/map')
  map(@Payload() map: Record<string, unknown>): Record<string, unknown> {
    return map;
  }

  @MessageMapping('/checked')
  checked(@Payload(new ValidationPipe()) order: Order): string {
    return `${order.quantity} ${order.item}`;
  }

  @MessageExceptionHandler()
  @SendTo('/topic/not-valid')
  notValid(_error: BadRequestException): string {
    return 'not valid';
  }

  @MessageExceptionHandler()
  @SendTo('/topic/not-read')
  notRead(_error: MessageConversionError): string {
    return 'not read';
  }
}
