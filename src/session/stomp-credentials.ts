/**
 * `login` and `passcode` of a CONNECT frame, on the CONNECT message as the header `stompCredentials`. The
 * passcode is readable by who asks for it and invisible to everything that prints, serialises or enumerates.
 *
 * @publicApi
 */
export class StompCredentials {
  readonly #passcode: string | undefined;

  constructor(
    readonly login: string | undefined,
    passcode: string | undefined,
  ) {
    this.#passcode = passcode;
  }

  get passcode(): string | undefined {
    return this.#passcode;
  }
}
