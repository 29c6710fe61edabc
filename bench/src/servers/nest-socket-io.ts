// A Nest gateway on socket.io, whose rooms do the broadcasting.
import 'reflect-metadata';
import { Module, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server } from 'node:http';
import type { Server as SocketIoServer, Socket } from 'socket.io';
import { EchoDto, OpenGuard } from './echo-dto.js';
import { announce } from './serve.js';

@WebSocketGateway({ pingInterval: 10_000, perMessageDeflate: false })
class BenchGateway {
  @WebSocketServer()
  private readonly server!: SocketIoServer;

  @SubscribeMessage('subscribe')
  async subscribe(@ConnectedSocket() client: Socket): Promise<void> {
    await client.join('bench');
  }

  @SubscribeMessage('publish')
  publish(@MessageBody() data: string): void {
    this.server.to('bench').emit('message', data);
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
}

@Module({ providers: [BenchGateway] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new IoAdapter(app));
await app.listen(0, '127.0.0.1');
announce(app.getHttpServer() as Server);
