/** A container being written by FFmpeg: tracks added, packets put into it in the order of their times. */

import type { Container } from "@tatami/core";
import type { CodecContext, CodecParameters, FormatContext, IRational, Packet, Stream } from "node-av";
import type { NodeAv } from "../node-av.ts";
import { secondsOf } from "../node-av.ts";
import type { MuxerSetup } from "./containers.ts";
import { isMatroska, muxerNames, muxerOptions } from "./containers.ts";
import type { Sink } from "./file/sink.ts";

/** A track of the output. */
export interface OutputTrack {
  /** Writes a packet, and frees it. Its times are in ticks of `timeBase`. */
  write(packet: Packet, timeBase: IRational): Promise<void>;
  /** Packets whose times had to be raised so that they rise, because the source's do not. */
  readonly raised: number;
}

/** How a track is added. */
export interface TrackInit {
  /** Fills in what the container states of it. */
  readonly parameters: (parameters: CodecParameters) => void;
  readonly timeBase: IRational;
  readonly tags: Readonly<Record<string, string>>;
  readonly disposition: Stream["disposition"];
  /** Frames a second; left out where it is no picture. */
  readonly frameRate?: CodecContext["framerate"];
  readonly pixelAspectRatio?: Stream["sampleAspectRatio"];
}

/** An output being muxed. */
export interface Muxer {
  /** Adds a track, before {@link Muxer.begin}. */
  add(init: TrackInit): OutputTrack;
  begin(): Promise<void>;
  /** Writes what waits, and the index. */
  finish(): Promise<void>;
}

/** Makes the muxer; its sink closes and frees it. */
export async function createMuxer(
  nodeAv: NodeAv,
  container: Container,
  sink: Sink,
  setup: MuxerSetup & { readonly tags: Readonly<Record<string, string>> },
): Promise<Muxer> {
  const context = new nodeAv.FormatContext();
  const check = (result: number, doing: string): void => nodeAv.FFmpegError.throwIfError(result, doing);
  check(context.allocOutputContext2(null, muxerNames[container], null), "Choosing the container");
  await sink.open(context);
  context.metadata = nodeAv.Dictionary.fromObject({ ...setup.tags });
  // What FFmpeg counts as unofficial are MP4's boxes for stereo and spherical pictures.
  context.strictStdCompliance = nodeAv.FF_COMPLIANCE_UNOFFICIAL;
  return {
    add: (init) => addTrack(nodeAv, context, container, sink, init),
    begin: async () => {
      using options = nodeAv.Dictionary.fromObject(muxerOptions(container, setup));
      check(await context.writeHeader(options), "Writing the header");
    },
    finish: async () => check(await context.writeTrailer(), "Writing the index"),
  };
}

function addTrack(
  nodeAv: NodeAv,
  context: FormatContext,
  container: Container,
  sink: Sink,
  init: TrackInit,
): OutputTrack {
  const stream = context.newStream();
  init.parameters(stream.codecpar);
  stream.timeBase = new nodeAv.Rational(init.timeBase.num, init.timeBase.den);
  stream.metadata = nodeAv.Dictionary.fromObject({ ...init.tags });
  stream.disposition = init.disposition;
  if (init.frameRate) stream.avgFrameRate = init.frameRate;
  if (init.pixelAspectRatio) stream.sampleAspectRatio = init.pixelAspectRatio;
  /** Ticks between packets at least: Matroska's may have one time. */
  const step = isMatroska(container) ? 0n : 1n;
  let last: bigint | undefined;
  let lastSource = -Infinity;
  let raised = 0;
  return {
    get raised() {
      return raised;
    },
    write: async (packet, timeBase) => {
      const to = stream.timeBase;
      const source = secondsOf(packet.dts, timeBase);
      packet.rescaleTs(timeBase, to);
      if (last !== undefined && packet.dts < last + step) {
        // only a clock that stepped back is worth telling: a tick is lost by rounding too
        if (source <= lastSource) raised++;
        const by = last + step - packet.dts;
        packet.dts += by;
        if (packet.pts < packet.dts) packet.pts = packet.dts;
      }
      last = packet.dts;
      lastSource = source;
      packet.streamIndex = stream.index;
      packet.pos = -1n;
      // where bytes come back to be written here they cannot be waited for
      const written = sink.isFile
        ? context.interleavedWriteFrameSync(packet)
        : await context.interleavedWriteFrame(packet);
      packet.free();
      nodeAv.FFmpegError.throwIfError(written, "Writing");
    },
  };
}
