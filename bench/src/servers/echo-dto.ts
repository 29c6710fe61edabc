import type { CanActivate } from '@nestjs/common';
import { IsString, Length } from 'class-validator';

/** What the handlers with a `ValidationPipe` ask for. */
export class EchoDto {
  @IsString()
  text!: string;

  @IsString()
  @Length(8, 8)
  id!: string;
}

/** A guard that lets everybody in. */
export class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
