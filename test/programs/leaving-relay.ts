import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StompAdapter, StompModule } from 'nestjs-stomp';

// An application with a broker that closes no connection; nothing but the end of the process is waited for.
const [port = ''] = process.argv.slice(2);

@Module({
  imports: [
    StompModule.forRoot({
      endpoints: [{ path: '/stomp' }],
      brokerRelay: { host: '127.0.0.1', port: Number(port), failFast: true },
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
app.useWebSocketAdapter(new StompAdapter(app));
await app.listen(0, '127.0.0.1');
await app.close();
console.log(JSON.stringify('closed'));
