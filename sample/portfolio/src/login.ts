import type { ConnectAttempt, StompAuthenticator, StompPrincipal } from 'nestjs-stomp';

/** In this sample anybody is who the `login` header of CONNECT says. A real application checks a password here. */
export class Login implements StompAuthenticator {
  authenticate({ login }: ConnectAttempt): StompPrincipal | 'anonymous' {
    const name = login?.trim().slice(0, 40);
    return name ? { name } : 'anonymous';
  }
}
