import { Module } from '@nestjs/common';
import { StompModule } from 'nestjs-stomp';
import { brokerOf } from './broker.js';
import { ChatController } from './chat.controller.js';
import { GreetingController } from './greeting.controller.js';
import { Login } from './login.js';
import { Market } from './market.js';
import { PortfolioController } from './portfolio.controller.js';
import { Portfolios } from './portfolios.js';
import { Presence } from './presence.js';
import { PriceTicker } from './price-ticker.js';
import { rules } from './rules.js';

@Module({
  imports: [
    StompModule.forRoot({
      endpoints: [{ path: '/portfolio' }],
      applicationDestinationPrefixes: ['/app'],
      ...brokerOf(process.env),
      authenticator: new Login(),
      authorization: rules,
    }),
  ],
  controllers: [GreetingController, ChatController, PortfolioController],
  providers: [Market, Portfolios, Presence, PriceTicker],
})
export class PortfolioModule {}
