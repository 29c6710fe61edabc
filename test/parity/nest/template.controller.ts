import { Controller } from '@nestjs/common';
import { Header, MessageMapping, Payload, SimpMessagingTemplate } from 'nestjs-stomp';
import { orderOf } from './order.js';

/** Sends by the template what a client asks for. */
@Controller()
@MessageMapping('/template')
export class TemplateController {
  constructor(private readonly template: SimpMessagingTemplate) {}

  @MessageMapping('/text')
  async text(@Header('to') to: string, @Payload() text: string): Promise<void> {
    await this.template.convertAndSend(to, text);
  }

  @MessageMapping('/object')
  async object(@Header('to') to: string): Promise<void> {
    await this.template.convertAndSend(to, orderOf('tea', 5));
  }

  @MessageMapping('/bytes')
  async bytes(@Header('to') to: string): Promise<void> {
    await this.template.convertAndSend(to, Buffer.from('bytes'));
  }

  @MessageMapping('/headers')
  async headers(@Header('to') to: string, @Payload() text: string): Promise<void> {
    await this.template.convertAndSend(to, text, { 'x-kind': 'news' });
  }

  @MessageMapping('/user')
  async user(@Header('user') user: string, @Header('to') to: string, @Payload() text: string): Promise<void> {
    await this.template.convertAndSendToUser(user, to, text);
  }

  @MessageMapping('/user-headers')
  async userHeaders(
    @Header('user') user: string,
    @Header('to') to: string,
    @Payload() text: string,
  ): Promise<void> {
    await this.template.convertAndSendToUser(user, to, text, { 'x-kind': 'news' });
  }

  @MessageMapping('/reversed')
  async reversed(@Header('to') to: string, @Payload() text: string): Promise<void> {
    await this.template.convertAndSend(to, text, { 'content-type': 'application/x-reversed' });
  }
}
