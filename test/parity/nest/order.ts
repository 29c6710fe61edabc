import { IsInt, IsString, Min } from 'class-validator';

/** What is sent as JSON. */
export class Order {
  @IsString()
  item!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

export function orderOf(item: string, quantity: number): Order {
  return Object.assign(new Order(), { item, quantity });
}
