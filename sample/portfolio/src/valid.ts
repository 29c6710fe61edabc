import { ValidationPipe } from '@nestjs/common';

/** Refuses what the decorators of a class do not allow, for HTTP bodies and STOMP messages alike. */
export const Valid = new ValidationPipe({ transform: true, whitelist: true });
