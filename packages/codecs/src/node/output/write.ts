/** Writes frames to a file: encode, copy everything else abreast, and finish or leave nothing behind. */

import type {
  Encoding,
  Frame,
  LeftOut,
  MediaWriter,
  TrackDescription,
  WriterInit,
  Written,
} from "@tatami/core";
import { abortable, formatSize, TatamiError, throwIfAborted } from "@tatami/core";
import type { CodecParameters } from "node-av";
import { resolveRead } from "../../mediabunny/read-frames.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import type { StreamCopier } from "./copy-streams.ts";
import { createStreamCopier } from "./copy-streams.ts";
import type { VideoEncoder } from "./encode-video.ts";
import { clockOf, openVideoEncoder } from "./encode-video.ts";
import { explainWriting } from "./explain-writing.ts";
import type { Muxer, OutputTrack } from "./mux.ts";
import { createMuxer } from "./mux.ts";
import { alphaLost, captionsLost, carriesCaptions, chaptersLost, planWrite } from "./plan-write.ts";
import type { WritePlan } from "./plan-write.ts";
import { createSink } from "./sink.ts";
import type { Sink } from "./sink.ts";
import { writeChapters } from "./write-chapters.ts";
import type { FileBytes } from "./write-chapters.ts";
import { isMatroska } from "./containers.ts";
import { stateCreationTime } from "./creation-times.ts";
import type { Shape } from "./exact-aspect.ts";
import { stateExactAspect } from "./exact-aspect.ts";

/** What is open once the first frame has come: only it tells the encoder its colours. */
interface Begun {
  readonly encoder: VideoEncoder;
  readonly muxer: Muxer;
  readonly track: OutputTrack;
}

/** See {@link CodecDriver.write}. */
export async function createWriter(init: WriterInit): Promise<MediaWriter> {
  const range = resolveRead(init.read ?? {});
  const { signal, start, end } = range;
  throwIfAborted(signal);
  const plan = await planWrite(init);
  const { media } = plan;
  const { nodeAv } = media;
  const cut = Number.isFinite(start) ? toTick(start, plan.video.ticksPerSecond) : 0;
  const shift = plan.clockOffset - cut;
  const sink = await createSink(nodeAv, init.output, media.input);
  const found = createFindings(plan);
  let copier: StreamCopier | undefined;
  let begun: Begun | undefined;
  let frames = 0;
  let state: "writing" | "finished" | "cancelled" = "writing";
  let cancelling: Promise<void> | undefined;
  let working: Promise<unknown> = Promise.resolve();

  const release = async (): Promise<void> => {
    begun?.encoder[Symbol.dispose]();
    begun = undefined;
    await copier?.[Symbol.asyncDispose]();
    await sink.close();
  };
  const cancel = (): Promise<void> => {
    if (state === "finished") return Promise.resolve();
    state = "cancelled";
    cancelling ??= (async () => {
      // what is under way in FFmpeg must come to its end before anything is freed
      await working.catch(() => undefined);
      await release().catch(() => undefined);
      await sink.discard().catch(() => undefined);
    })();
    return cancelling;
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      throwIfAborted(signal);
      checkWriting(state);
      const under = work();
      working = under;
      return await abortable(under, signal);
    } catch (error) {
      await cancel();
      throwIfAborted(signal);
      throw explainWriting(nodeAv, error, sink);
    }
  };
  const begin = async (frame: Frame): Promise<Begun> => {
    const opened = await openOutput(plan, frame, sink, copier);
    begun = opened;
    await opened.muxer.begin();
    await copier?.begin();
    return opened;
  };
  try {
    copier = await createStreamCopier(plan, { start, end, shift, signal, onDamaged: init.read?.onDamaged });
  } catch (error) {
    await cancel();
    throw error;
  }
  return {
    get encoding() {
      return found.encoding(copier);
    },
    write: async (frame) => {
      try {
        await guarded(async () => {
          checkSize(frame, init);
          const { timestamp } = frame;
          const { encoder, track } = begun ?? (await begin(frame));
          await found.look(frame);
          const captions = media.captions.get(timestamp);
          if (captions) media.captions.delete(timestamp);
          const packets = await encoder.encode(frame, timestamp + shift, captions);
          for (const packet of packets) await track.write(packet, encoder.context.timeBase);
          frames += 1;
          await copier?.copyUntil(timestamp);
        });
      } finally {
        frame.close();
      }
    },
    finish: () =>
      guarded(async (): Promise<Written> => {
        if (!begun) throw nothingWritten();
        const { encoder, muxer, track } = begun;
        for (const packet of await encoder.encode(null, 0))
          await track.write(packet, encoder.context.timeBase);
        await copier?.copyUntil(Infinity);
        await muxer.finish();
        throwIfAborted(signal);
        await release();
        await sink.change?.((file) => complete(file, plan, found));
        const written = await sink.commit(mimeTypes[plan.encoding.container]);
        state = "finished";
        return { frames, ...written };
      }),
    cancel,
    [Symbol.asyncDispose]: cancel,
  };
}

/** What FFmpeg's muxers do not write, or not exactly. */
async function complete(file: FileBytes, plan: WritePlan, found: Findings): Promise<void> {
  const { container } = plan.encoding;
  if (isMatroska(container)) await stateExactAspect(file, shapeOf(plan));
  const date = plan.anyTags ? plan.media.tags["creation_time"] : undefined;
  if (date !== undefined) await stateCreationTime(file, date);
  if (plan.chapters.length > 0) found.wrote(await writeChapters(file, container, plan.chapters));
}

const mimeTypes = { mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm", mkv: "video/x-matroska" };

async function openOutput(
  plan: WritePlan,
  frame: Frame,
  sink: Sink,
  copier: StreamCopier | undefined,
): Promise<Begun> {
  const { media, encoding, video } = plan;
  const { nodeAv } = media;
  const source = media.streams.find(({ index }) => index === media.video)!;
  const encoder = await openVideoEncoder(nodeAv, { ...video, color: frame.color });
  try {
    const muxer = await createMuxer(nodeAv, encoding.container, sink, {
      ticksPerSecond: video.ticksPerSecond,
      seekable: sink.seekable,
      anyTags: plan.anyTags,
      tags: plan.fileTags,
    });
    const { numerator, denominator } = video.pixelAspectRatio;
    const track = muxer.add({
      parameters: (parameters) => {
        encoder.describe(parameters);
        carrySideData(nodeAv, source, parameters, video.width / media.description.video.width);
        // the name under which Apple's players know it
        if (encoding.codec === "hevc" && encoding.container !== "mkv") parameters.codecTag = "hvc1";
      },
      timeBase: clockOf(video),
      tags: { ...plan.videoTags, ...(video.withAlpha ? { alpha_mode: "1" } : {}) },
      disposition: source.disposition,
      frameRate: encoder.context.framerate,
      pixelAspectRatio: new nodeAv.Rational(numerator, denominator),
    });
    await copier?.addTracks(muxer);
    return { encoder, muxer, track };
  } catch (error) {
    encoder[Symbol.dispose]();
    throw error;
  }
}

/** How the picture is turned, mirrored, cropped, and which part of it is for which eye: as it was, at its new size. */
function carrySideData(
  nodeAv: NodeAv,
  { parameters: from }: InputStream,
  to: CodecParameters,
  scale: number,
): void {
  const kept = [
    nodeAv.AV_PKT_DATA_DISPLAYMATRIX,
    nodeAv.AV_PKT_DATA_STEREO3D,
    nodeAv.AV_PKT_DATA_SPHERICAL,
    nodeAv.AV_PKT_DATA_ICC_PROFILE,
  ];
  for (const type of kept) {
    const data = from.getCodedSideData(type);
    if (data) to.addCodedSideData(type, data);
  }
  const crop = cropOf(nodeAv, from);
  if (!crop) return;
  const scaled = Buffer.alloc(16);
  for (const [index, pixels] of crop.entries()) scaled.writeUInt32LE(scale * pixels, 4 * index);
  to.addCodedSideData(nodeAv.AV_PKT_DATA_FRAME_CROPPING, scaled);
}

/** Pixels that are not shown, at the top, bottom, left and right. */
function cropOf(nodeAv: NodeAv, parameters: CodecParameters): readonly number[] | undefined {
  const data = parameters.getCodedSideData(nodeAv.AV_PKT_DATA_FRAME_CROPPING);
  return data && data.length >= 16 ? [0, 4, 8, 12].map((at) => data.readUInt32LE(at)) : undefined;
}

/** What is shown of the output's picture. */
function shapeOf({ media, video }: WritePlan): Shape {
  const { parameters } = media.streams.find(({ index }) => index === media.video)!;
  const scale = video.width / media.description.video.width;
  const [top = 0, bottom = 0, left = 0, right = 0] = cropOf(media.nodeAv, parameters) ?? [];
  const { pixelAspectRatio } = video;
  return {
    width: video.width - scale * (left + right),
    height: video.height - scale * (top + bottom),
    pixelAspectRatio,
  };
}

/** What only the frames themselves tell. */
interface Findings {
  look(frame: Frame): Promise<void>;
  /** Whether there was room for the chapters. */
  wrote(chapters: boolean): void;
  encoding(copier: StreamCopier | undefined): Encoding;
}

function createFindings(plan: WritePlan): Findings {
  const { media, video } = plan;
  const { codec, container } = plan.encoding;
  const source = media.streams.find(({ index }) => index === media.video)!;
  const has = (reason: LeftOut["reason"], kind: string): boolean =>
    plan.encoding.leftOut.some((left) => left.reason === reason && left.track.kind === kind);
  let isTransparent = has("alpha-not-encodable", "video") || video.withAlpha;
  let hasCaptions = has("container-cannot-hold", "subtitle") || carriesCaptions(codec);
  const leftOut: LeftOut[] = [];
  return {
    look: async (frame) => {
      if (!hasCaptions && media.captions.has(frame.timestamp)) {
        hasCaptions = true;
        leftOut.push(captionsLost(source, codec));
      }
      if (isTransparent || !media.description.video.hasAlpha) return;
      const { alpha } = await frame.planes();
      if (!alpha?.data.some((value) => value < 255)) return;
      isTransparent = true;
      leftOut.push(alphaLost(source, codec, container));
    },
    wrote: (chapters) => {
      if (!chapters) leftOut.push(chaptersLost(media, "there is no room for them in the file"));
    },
    encoding: (copier) => {
      const unread = [...leftOut, ...(copier?.leftOut ?? [])];
      const { encoding } = plan;
      const isLost = ({ index }: TrackDescription): boolean =>
        index !== source.index && unread.some(({ track }) => track.index === index);
      return {
        ...encoding,
        copied: encoding.copied.filter((track) => !isLost(track)),
        transcoded: (encoding.transcoded ?? []).filter(({ track }) => !isLost(track)),
        leftOut: [...encoding.leftOut, ...unread],
        changed: [...encoding.changed, ...(copier?.changed ?? [])],
      };
    },
  };
}

/** Seconds, moved onto the nearest tick, so that a cut does not push every timestamp off the clock. */
function toTick(seconds: number, ticksPerSecond: number): number {
  return Math.round(seconds * ticksPerSecond) / ticksPerSecond;
}

function checkWriting(state: string): void {
  if (state === "writing") return;
  throw new TatamiError({
    code: "internal",
    message: `The output is already ${state}.`,
    fix: "Make a new writer for a new output.",
  });
}

function checkSize(frame: Frame, { size }: WriterInit): void {
  if (frame.size.width === size.width && frame.size.height === size.height) return;
  throw new TatamiError({
    code: "internal",
    message: `A frame of ${formatSize(frame.size)} was written to an output of ${formatSize(size)}.`,
    fix: "Write frames of the size the writer was made for.",
  });
}

function nothingWritten(): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: "There was no frame to write.",
    fix: "Check that the cut (start and end, or --trim) lies inside the video.",
    detail: { seconds: 0, framesRead: 0 },
  });
}
