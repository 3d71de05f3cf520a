/** Takes the headers (ADTS) off AAC packets, by FFmpeg's bitstream filter. */

import type { Packet } from "node-av";
import type { Packages } from "../packages.ts";
import type { InputStream } from "./input-streams.ts";

/** The open filter. */
export interface AdtsFilter extends Disposable {
  /** Rewrites the packet in place. @returns whether it could: a damaged header cannot be read. */
  pass(packet: Packet): Promise<boolean>;
}

/** Opens the filter for a stream of AAC without a configuration of its own. */
export function openAdtsFilter(nodeAv: Packages["nodeAv"], stream: InputStream): AdtsFilter {
  const filter = nodeAv.BitStreamFilter.getByName("aac_adtstoasc");
  if (!filter) throw new Error("This FFmpeg has no filter aac_adtstoasc");
  const context = new nodeAv.BitStreamFilterContext();
  nodeAv.FFmpegError.throwIfError(context.alloc(filter), "Making the ADTS filter");
  try {
    if (context.inputCodecParameters) stream.parameters.copy(context.inputCodecParameters);
    context.inputTimeBase = new nodeAv.Rational(stream.timeBase.num, stream.timeBase.den);
    nodeAv.FFmpegError.throwIfError(context.init(), "Setting up the ADTS filter");
  } catch (error) {
    context.free();
    throw error;
  }
  return {
    pass: async (packet) => {
      if ((await context.sendPacket(packet)) < 0) return false;
      return (await context.receivePacket(packet)) >= 0;
    },
    [Symbol.dispose]: () => context.free(),
  };
}
