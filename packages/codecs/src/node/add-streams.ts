/** Adds streams of one file to another, both packet for packet, through FFmpeg's muxers. */

import { rename, rm } from "node:fs/promises";
import type { Container } from "@tatami/core";
import { outputFailed, throwIfAborted } from "@tatami/core";
import type { FormatContext, IRational, Packet, Stream } from "node-av";

type NodeAv = typeof import("node-av");

/** What goes where. */
export interface AddStreamsInit {
  /** The file to add to; replaced when all is written. */
  readonly target: string;
  readonly source: string;
  /** Numbers of the source's streams to add. */
  readonly streams: readonly number[];
  readonly container: Container;
  /** Seconds of the source: what begins before is passed over, and time 0 is here. */
  readonly start: number;
  /** Seconds of the source: what begins from here on is passed over. */
  readonly end: number;
  /** The video's clock, kept. */
  readonly ticksPerSecond: number;
  readonly signal: AbortSignal | undefined;
}

const muxers: Readonly<Record<Container, string>> = { mp4: "mp4", mov: "mov", webm: "webm", mkv: "matroska" };

/** Rewrites `target` with the streams in it. @throws TatamiError `output-failed`. */
export async function addStreams(nodeAv: NodeAv, init: AddStreamsInit): Promise<void> {
  const { target } = init;
  const joined = `${target}.joined`;
  try {
    await join(nodeAv, init, joined);
    throwIfAborted(init.signal);
    await rename(joined, target);
  } catch (error) {
    await rm(joined, { force: true });
    if (!(error instanceof nodeAv.FFmpegError)) throw error;
    throw outputFailed(JSON.stringify(target), error, `its subtitles cannot be added (${error.message})`);
  }
}

async function join(nodeAv: NodeAv, init: AddStreamsInit, path: string): Promise<void> {
  const check = (result: number, doing: string): void => nodeAv.FFmpegError.throwIfError(result, doing);
  const openInput = async (context: FormatContext, name: string): Promise<void> => {
    check(await context.openInput(name), "Opening");
    check(await context.findStreamInfo(), "Reading the streams");
  };
  await using main = new nodeAv.FormatContext();
  await openInput(main, init.target);
  await using extra = new nodeAv.FormatContext();
  await openInput(extra, init.source);
  await using output = new nodeAv.FormatContext();
  check(output.allocOutputContext2(null, muxers[init.container], path), "Choosing the container");
  const addStream = (stream: Stream): Stream => copyStream(stream, output.newStream());
  const mainOut = main.streams.map(addStream);
  const extraOut = new Map(
    init.streams.map((index) => [index, addStream(at(extra.streams, index))] as const),
  );
  output.metadata = main.metadata;
  check(await output.openOutput(), "Opening the output");
  try {
    check(await output.writeHeader(nodeAv.Dictionary.fromObject(muxerOptions(init))), "Writing the header");
    using packet = allocate(nodeAv);
    using waiting = allocate(nodeAv);
    let more = await nextExtra(extra, waiting, init);
    while ((await main.readFrame(packet)) >= 0) {
      throwIfAborted(init.signal);
      const { timeBase } = at(main.streams, packet.streamIndex);
      while (more && secondsOf(waiting.pts, waiting.timeBase) <= secondsOf(packet.dts, timeBase)) {
        check(await write(output, waiting, waiting.timeBase, extraOut.get(waiting.streamIndex)), "Writing");
        more = await nextExtra(extra, waiting, init);
      }
      check(await write(output, packet, timeBase, mainOut[packet.streamIndex]), "Writing");
    }
    while (more) {
      check(await write(output, waiting, waiting.timeBase, extraOut.get(waiting.streamIndex)), "Writing");
      more = await nextExtra(extra, waiting, init);
    }
    check(await output.writeTrailer(), "Writing the index");
  } finally {
    await output.closeOutput();
  }
}

function muxerOptions({ container, ticksPerSecond }: AddStreamsInit): Record<string, string> {
  if (container !== "mp4" && container !== "mov") return {};
  // Without it the muxer doubles a slow clock until it ticks 10 000 times a second.
  return { video_track_timescale: String(Math.min(ticksPerSecond, 1_000_000)) };
}

function copyStream(from: Stream, to: Stream): Stream {
  from.codecpar.copy(to.codecpar);
  // The number a codec goes by differs between containers: 0 lets the muxer choose its own.
  to.codecpar.codecTag = 0;
  to.timeBase = from.timeBase;
  to.sampleAspectRatio = from.sampleAspectRatio;
  to.disposition = from.disposition;
  to.metadata = from.metadata;
  return to;
}

/** Reads up to the next wanted packet of the source, moved onto the target's time. */
async function nextExtra(context: FormatContext, packet: Packet, init: AddStreamsInit): Promise<boolean> {
  while ((await context.readFrame(packet)) >= 0) {
    if (init.streams.includes(packet.streamIndex)) {
      const { timeBase } = at(context.streams, packet.streamIndex);
      const seconds = secondsOf(packet.pts, timeBase);
      if (seconds >= init.start && seconds < init.end) {
        const shift = Number.isFinite(init.start)
          ? BigInt(Math.round((init.start * timeBase.den) / timeBase.num))
          : 0n;
        packet.pts -= shift;
        packet.dts = packet.pts;
        packet.timeBase = timeBase;
        return true;
      }
    }
    packet.unref();
  }
  return false;
}

function write(
  output: FormatContext,
  packet: Packet,
  from: IRational,
  stream: Stream | undefined,
): Promise<number> | number {
  if (!stream) {
    packet.unref();
    return 0;
  }
  packet.rescaleTs(from, stream.timeBase);
  packet.streamIndex = stream.index;
  packet.pos = -1n;
  return output.interleavedWriteFrame(packet);
}

function allocate(nodeAv: NodeAv): Packet {
  const packet = new nodeAv.Packet();
  packet.alloc();
  return packet;
}

function secondsOf(time: bigint, base: IRational): number {
  return (Number(time) * base.num) / base.den;
}

function at(streams: readonly Stream[], index: number): Stream {
  const stream = streams[index];
  if (!stream) throw new Error(`There is no stream ${index}`);
  return stream;
}
