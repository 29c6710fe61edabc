import type { Browser, Page } from 'playwright-core';

/** The page of the sample, as a visitor of some name uses it. */
export class SamplePage {
  private constructor(private readonly page: Page) {}

  /** Opens it and waits until it is connected. */
  static async visit(browser: Browser, url: string, name: string): Promise<SamplePage> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    const state = page.getByTestId('state');
    if ((await state.textContent())?.trim() !== 'disconnected') await page.getByTestId('disconnect').click();
    await page.getByTestId('login').fill(name);
    await page.getByTestId('connect').click();
    const visitor = new SamplePage(page);
    await visitor.sees('state', /^\s*connected\s*$/);
    return visitor;
  }

  async say(text: string): Promise<void> {
    await this.page.getByTestId('chat-input').fill(text);
    await this.page.getByTestId('chat-send').click();
  }

  async buy(ticker: string, shares: number): Promise<void> {
    await this.page.getByTestId('trade-ticker').selectOption(ticker);
    await this.page.getByTestId('trade-shares').fill(String(shares));
    await this.page.getByTestId('trade-buy').click();
  }

  /** Waits until an element holds a text. */
  async sees(testId: string, text: string | RegExp): Promise<void> {
    await this.page.getByTestId(testId).filter({ hasText: text }).first().waitFor();
  }

  /** Waits until it does not. */
  async seesNoMore(testId: string, text: string | RegExp): Promise<void> {
    await this.page.getByTestId(testId).filter({ hasText: text }).waitFor({ state: 'detached' });
  }

  /** What an element holds now. */
  async textOf(testId: string): Promise<string> {
    return (await this.page.getByTestId(testId).textContent()) ?? '';
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}
