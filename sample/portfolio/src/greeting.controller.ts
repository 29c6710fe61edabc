import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { MessageMapping, Payload, SimpMessagingTemplate } from 'nestjs-stomp';
import { clockTime } from './clock-time.js';
import { Valid } from './valid.js';

class Greeting {
  @IsString()
  @MaxLength(500)
  text!: string;
}

/** One class, two doors: a STOMP message and an HTTP request end on the same topic. */
@Controller('greetings')
export class GreetingController {
  constructor(private readonly template: SimpMessagingTemplate) {}

  /** Without `@SendTo` the answer goes to `/topic/greeting`. */
  @MessageMapping('/greeting')
  greet(@Payload() text: string): string {
    return stamped(text);
  }

  @Post()
  @HttpCode(202)
  async post(@Body(Valid) { text }: Greeting): Promise<void> {
    await this.template.convertAndSend('/topic/greeting', stamped(text));
  }
}

function stamped(text: string): string {
  return `[${clockTime()}] ${text}`;
}
