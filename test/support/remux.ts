/** Packets of a clip copied into another container, by FFmpeg's libraries. */

import * as nodeAv from "node-av";

/** Copies all streams of `from` to `to`. @param format FFmpeg's name of the muxer. */
export async function remux(
  from: string,
  to: string,
  format: string,
  options: Readonly<Record<string, string>> = {},
): Promise<void> {
  await using input = new nodeAv.FormatContext();
  await openClip(input, from);
  await using output = new nodeAv.FormatContext();
  check(output.allocOutputContext2(null, format, to));
  const streams = input.streams.map((stream) => copyStream(stream, output));
  check(await output.openOutput());
  check(await output.writeHeader(nodeAv.Dictionary.fromObject({ ...options })));
  using packet = new nodeAv.Packet();
  packet.alloc();
  while ((await input.readFrame(packet)) >= 0) {
    const [source, target] = [input.streams[packet.streamIndex], streams[packet.streamIndex]];
    if (source && target) packet.rescaleTs(source.timeBase, target.timeBase);
    check(await output.interleavedWriteFrame(packet));
  }
  check(await output.writeTrailer());
  await output.closeOutput();
}

/** Opens a clip and finds its streams. */
export async function openClip(context: nodeAv.FormatContext, path: string): Promise<void> {
  check(await context.openInput(path));
  check(await context.findStreamInfo());
}

/** A stream for packets that are copied. */
export function copyStream(from: nodeAv.Stream, output: nodeAv.FormatContext): nodeAv.Stream {
  const to = output.newStream();
  check(from.codecpar.copy(to.codecpar));
  // The number a codec goes by differs between containers: 0 lets the muxer choose its own.
  to.codecpar.codecTag = 0;
  to.timeBase = from.timeBase;
  return to;
}

/** @throws Error in FFmpeg's words when `result` is one of its errors. */
export function check(result: number): void {
  nodeAv.FFmpegError.throwIfError(result, "Copying packets");
}
