import { Controller } from '@nestjs/common';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import {
  DestinationVariable,
  MessageMapping,
  Payload,
  Principal,
  SendTo,
  type StompPrincipal,
} from 'nestjs-stomp';
import { Valid } from './valid.js';

class ChatLine {
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  text!: string;
}

interface ChatMessage {
  readonly from: string;
  readonly text: string;
  readonly time: string;
}

@Controller()
@MessageMapping('/chat')
export class ChatController {
  @MessageMapping('/{room}')
  @SendTo('/topic/chat/{room}')
  say(
    @DestinationVariable('room') _room: string,
    @Payload(Valid) { text }: ChatLine,
    @Principal() user: StompPrincipal | null,
  ): ChatMessage {
    return { from: user?.name ?? 'anonymous', text, time: new Date().toISOString() };
  }
}
