import { MessageControllerAdvice, MessageExceptionHandler, SendTo } from 'nestjs-stomp';
import { AdvisedError } from './failures.js';

@MessageControllerAdvice()
export class FailureAdvice {
  @MessageExceptionHandler(AdvisedError)
  @SendTo('/topic/failures')
  advised(): string {
    return 'from the advice';
  }
}
