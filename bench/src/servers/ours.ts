// nestjs-stomp as an application uses it: its module, its adapter, a controller.
import 'reflect-metadata';
import { Controller, Module, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import { EchoDto, OpenGuard } from './echo-dto.js';
import { loadProject } from './load-project.js';
import { announce } from './serve.js';

const { MessageMapping, Payload, SendTo, SendToUser, StompAdapter, StompModule } = await loadProject();

@Controller()
class BenchController {
  @MessageMapping('/broadcast')
  @SendTo('/topic/bench')
  broadcast(@Payload() body: string): string {
    return body;
  }

  @MessageMapping('/plain')
  @SendToUser('/queue/replies', { broadcast: false })
  plain(@Payload() question: object): object {
    return question;
  }

  @UseGuards(OpenGuard)
  @UsePipes(new ValidationPipe())
  @MessageMapping('/enhanced')
  @SendToUser('/queue/replies', { broadcast: false })
  enhanced(@Payload() question: EchoDto): object {
    return question;
  }
}

@Module({
  imports: [
    StompModule.forRoot({
      endpoints: [{ path: '/stomp' }],
      applicationDestinationPrefixes: ['/app'],
      simpleBroker: { destinationPrefixes: ['/topic', '/queue'] },
    }),
  ],
  controllers: [BenchController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new StompAdapter(app));
await app.listen(0, '127.0.0.1');
announce(app.getHttpServer() as Server);
