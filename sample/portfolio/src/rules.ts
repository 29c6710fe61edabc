import { authorizeMessages } from 'nestjs-stomp';

/** Clients talk to the application, which alone talks to `/topic` and to users; what they may hear is listed, too. */
export const rules = authorizeMessages((messages) =>
  messages
    .nullDestMatcher()
    .permitAll()
    .simpMessageDestMatchers('/app/**')
    .permitAll()
    .simpSubscribeDestMatchers('/app/**', '/topic/**', '/user/queue/**')
    .permitAll()
    .anyMessage()
    .denyAll(),
);
