import { Test } from '@nestjs/testing';
import { StompTestKit } from 'nestjs-stomp/testing';
import { PortfolioModule } from '../src/portfolio.module.js';
import { PriceTicker } from '../src/price-ticker.js';

/** The sample, without its clock. */
export function start(): Promise<StompTestKit> {
  const builder = Test.createTestingModule({ imports: [PortfolioModule] })
    .overrideProvider(PriceTicker)
    .useValue({});
  return StompTestKit.create(builder);
}
