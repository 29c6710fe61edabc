import { Controller } from '@nestjs/common';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import {
  MessageMapping,
  Payload,
  Principal,
  SendTo,
  SendToUser,
  SubscribeMapping,
  type StompPrincipal,
} from 'nestjs-stomp';
import { Market, TICKERS, type Ticker } from './market.js';
import { Portfolios, type Position } from './portfolios.js';
import { Valid } from './valid.js';

class TradeRequest {
  @IsIn(TICKERS)
  ticker!: Ticker;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  shares!: number;

  @IsIn(['buy', 'sell'])
  action!: 'buy' | 'sell';
}

interface Trade extends TradeRequest {
  readonly user: string;
  readonly price: number;
  readonly time: string;
}

@Controller()
export class PortfolioController {
  constructor(
    private readonly market: Market,
    private readonly portfolios: Portfolios,
  ) {}

  /** Answers whoever subscribes, once and directly. */
  @SubscribeMapping('/positions')
  positions(@Principal() user: StompPrincipal | null): readonly Position[] {
    return this.portfolios.positionsOf(nameOf(user));
  }

  /** Everybody hears of a trade; every tab of the user who made it hears of it once more, in private. */
  @MessageMapping('/trade')
  @SendTo('/topic/trades')
  @SendToUser('/queue/position-updates')
  trade(@Payload(Valid) request: TradeRequest, @Principal() user: StompPrincipal | null): Trade {
    const { ticker, shares, action } = request;
    this.portfolios.change(nameOf(user), ticker, action === 'buy' ? shares : -shares);
    const price = this.market.priceOf(ticker);
    return { user: nameOf(user), ticker, shares, action, price, time: new Date().toISOString() };
  }
}

function nameOf(user: StompPrincipal | null): string {
  return user?.name ?? 'anonymous';
}
