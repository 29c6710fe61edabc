import { Observable, Subject } from 'rxjs';

/** A source that a test feeds by hand, and that tells when somebody begins and stops to listen. */
export class HandFedSource {
  readonly values = new Subject<unknown>();
  #listeners = 0;
  #changed: (() => void)[] = [];

  get listeners(): number {
    return this.#listeners;
  }

  readonly stream = new Observable<unknown>((subscriber) => {
    this.#change(1);
    const subscription = this.values.subscribe(subscriber);
    return () => {
      subscription.unsubscribe();
      this.#change(-1);
    };
  });

  async untilListeners(count: number): Promise<void> {
    while (this.#listeners !== count) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  #change(by: number): void {
    this.#listeners += by;
    for (const tell of this.#changed.splice(0)) tell();
  }
}
