import type { EncodedFrame } from '../session/encoded-frame.js';
import { serverFrame, serverFrameBytes, writeServerFrame } from './server-frame.js';

/**
 * Up to here, copying what one socket gets costs less than handing it several buffers: measured with ten frames of 1 KiB. A
 * slow client keeps copies of its own then, bounded as ever by `sendBufferSizeLimit`.
 */
const JOIN_FOR_ONE_MAX_BYTES = 16 * 1024;

/** Up to here, what several sockets get is copied once for all of them: the memory that this may take, while they write it. */
const JOIN_FOR_MANY_MAX_BYTES = 256 * 1024;

/**
 * What a socket has been sent in a turn of the event loop: a frame, and what was sent before it. Sockets that were sent
 * the same frames in the same order have the very same sequence, and its octets are put together once for all of them.
 */
export class FrameSequence {
  /** Octets on the socket. */
  readonly byteLength: number;
  #isShared = false;
  #following: FrameSequence | undefined;
  #buffers: readonly Buffer[] | undefined;

  /** Without frame it is the sequence of a socket that has been sent nothing. */
  constructor(
    private readonly frame?: EncodedFrame,
    private readonly before?: FrameSequence,
  ) {
    this.byteLength = frame === undefined ? 0 : (before?.byteLength ?? 0) + serverFrameBytes(frame);
  }

  /** This sequence with one more frame at its end. */
  followedBy(frame: EncodedFrame): FrameSequence {
    // A broadcast goes to one socket after the other: the one before was mostly sent the same.
    const following = this.#following;
    if (following === undefined || following.frame !== frame) {
      return (this.#following = new FrameSequence(frame, this));
    }
    following.#isShared = true;
    return following;
  }

  /** What to write: one buffer, where that costs less than several. */
  buffers(): readonly Buffer[] {
    return (this.#buffers ??= this.#made());
  }

  #made(): readonly Buffer[] {
    const { frame, before } = this;
    if (frame === undefined) return [];
    // Nothing to join: the frame's own form serves sockets of other sequences as well.
    if (before?.frame === undefined && frame.parts.length === 1) return frame.wireForm(serverFrame);
    const frames = this.#frames();
    const maxBytes = this.#isShared ? JOIN_FOR_MANY_MAX_BYTES : JOIN_FOR_ONE_MAX_BYTES;
    if (this.byteLength > maxBytes) return frames.flatMap((each) => each.wireForm(serverFrame));
    const joined = Buffer.allocUnsafe(this.byteLength);
    let offset = 0;
    for (const each of frames) offset = writeServerFrame(each, joined, offset);
    return [joined];
  }

  #frames(): readonly EncodedFrame[] {
    const frames: EncodedFrame[] = [];
    if (this.frame !== undefined) frames.push(this.frame);
    for (let at = this.before; at?.frame !== undefined; at = at.before) frames.push(at.frame);
    return frames.reverse();
  }
}
