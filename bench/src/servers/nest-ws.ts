// A plain Nest gateway on `WsAdapter`. A broadcast is turned into JSON once.
import 'reflect-metadata';
import { Module, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayDisconnect,
} from '@nestjs/websockets';
import type { Server } from 'node:http';
import type { WebSocket } from 'ws';
import { EchoDto, OpenGuard } from './echo-dto.js';
import { announce } from './serve.js';

@WebSocketGateway()
class BenchGateway implements OnGatewayDisconnect {
  readonly #subscribers = new Set<WebSocket>();

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() client: WebSocket): void {
    this.#subscribers.add(client);
  }

  @SubscribeMessage('publish')
  publish(@MessageBody() data: string): void {
    const text = JSON.stringify({ event: 'message', data });
    for (const subscriber of this.#subscribers) subscriber.send(text);
  }

  @SubscribeMessage('plain')
  plain(@MessageBody() data: object): object {
    return { event: 'reply', data };
  }

  @UseGuards(OpenGuard)
  @UsePipes(new ValidationPipe())
  @SubscribeMessage('enhanced')
  enhanced(@MessageBody() data: EchoDto): object {
    return { event: 'reply', data };
  }

  handleDisconnect(client: WebSocket): void {
    this.#subscribers.delete(client);
  }
}

@Module({ providers: [BenchGateway] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(0, '127.0.0.1');
announce(app.getHttpServer() as Server);
