import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { StompAdapter, StompConfigurationError } from 'nestjs-stomp';
import { howToStart } from './broker.js';
import { PortfolioModule } from './portfolio.module.js';

const logger = new Logger('Portfolio');
const app = await NestFactory.create<NestExpressApplication>(PortfolioModule, { abortOnError: false });
app.useWebSocketAdapter(new StompAdapter(app));
app.enableShutdownHooks();

// The page, and the two libraries it loads from where npm has put them.
const folderOf = (specifier: string): string => dirname(fileURLToPath(import.meta.resolve(specifier)));
app.useStaticAssets(join(dirname(fileURLToPath(import.meta.url)), '..', 'public'));
app.useStaticAssets(folderOf('@stomp/stompjs'), { prefix: '/vendor/stompjs/' });
app.useStaticAssets(folderOf('uplot'), { prefix: '/vendor/uplot/' });

try {
  await app.listen(Number(process.env.PORT ?? 3000));
} catch (error) {
  logger.error(error);
  const remedy = error instanceof StompConfigurationError ? howToStart(process.env) : undefined;
  if (remedy !== undefined) logger.error(remedy);
  process.exit(1);
}
const { port } = app.getHttpServer().address() as AddressInfo;
logger.log(`Open http://localhost:${port}`);
// Who has forked this process (cluster.ts) wants to know where it listens.
process.send?.({ listening: port });
