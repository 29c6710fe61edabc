import { Controller } from '@nestjs/common';
import { MessageMapping, SendToUser, SubscribeMapping } from 'nestjs-stomp';

/** What the rules of the variant `security` are about. */
@Controller()
export class GuardedController {
  @MessageMapping('/admin/task')
  @SendToUser('/queue/reply')
  admin(): string {
    return 'admin';
  }

  @MessageMapping('/staff/task')
  @SendToUser('/queue/reply')
  staff(): string {
    return 'staff';
  }

  @MessageMapping('/member')
  @SendToUser('/queue/reply')
  member(): string {
    return 'member';
  }

  @SubscribeMapping('/admin/snapshot')
  snapshot(): string {
    return 'for admins';
  }

  @SubscribeMapping('/guest')
  guest(): string {
    return 'for guests';
  }
}
