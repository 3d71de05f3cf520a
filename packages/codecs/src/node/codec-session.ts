/** An open FFmpeg codec with the packet and the frame that pass through it. */

import type { CodecContext, Frame, Packet } from "node-av";

type NodeAv = typeof import("node-av");

/** All of it is FFmpeg's own memory. To be closed. */
export interface CodecSession {
  readonly context: CodecContext;
  readonly packet: Packet;
  readonly frame: Frame;
}

/** Takes over a context that is open. */
export function createCodecSession(nodeAv: NodeAv, context: CodecContext): CodecSession {
  const session = { context, packet: new nodeAv.Packet(), frame: new nodeAv.Frame() };
  session.packet.alloc();
  session.frame.alloc();
  return session;
}

/** Frees all of a session. */
export function closeCodecSession({ context, packet, frame }: CodecSession): void {
  context.freeContext();
  packet.free();
  frame.free();
}
