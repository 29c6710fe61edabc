import { Controller } from '@nestjs/common';
import { DestinationVariable, MessageMapping } from 'nestjs-stomp';

@Controller()
export class MappingController {
  @MessageMapping('/echo')
  echo(text: string): string {
    return text;
  }

  @MessageMapping('/first', '/second')
  either(): string {
    return 'either';
  }

  @MessageMapping('no-slash')
  noSlash(): string {
    return 'no slash';
  }

  @MessageMapping('/specific/exact')
  exact(): string {
    return 'exact';
  }

  @MessageMapping('/specific/exac?')
  oneCharacter(): string {
    return 'one character';
  }

  @MessageMapping('/specific/ex*')
  prefix(): string {
    return 'prefix';
  }

  @MessageMapping('/specific/{name}')
  variable(@DestinationVariable('name') name: string): string {
    return `variable ${name}`;
  }

  @MessageMapping('/specific/**')
  anything(): string {
    return 'anything';
  }

  @MessageMapping('/parts/{left}-{right}')
  parts(@DestinationVariable('left') left: string, @DestinationVariable('right') right: string): string {
    return `${left}|${right}`;
  }

  @MessageMapping('/digits/{number:[0-9]+}')
  digits(@DestinationVariable('number') number: string): string {
    return `digits ${number}`;
  }

  @MessageMapping('/star/*/end')
  star(): string {
    return 'star';
  }

  @MessageMapping('/two/{first}/and/{second}')
  two(@DestinationVariable('first') first: string, @DestinationVariable('second') second: string): string {
    return `${first}|${second}`;
  }

  @MessageMapping('/rank/**')
  anyRank(): string {
    return 'any rank';
  }

  @MessageMapping('/rank/deep/**')
  deepRank(): string {
    return 'deep rank';
  }

  @MessageMapping('/rank/{left}-{right}')
  twoVariables(): string {
    return 'two variables';
  }

  @MessageMapping('/rank/x*')
  oneStar(): string {
    return 'one star';
  }

  @MessageMapping('/rank/only/{name}')
  rankVariable(): string {
    return 'a variable';
  }

  @MessageMapping('/rank/only/*')
  rankStar(): string {
    return 'a star';
  }
}
