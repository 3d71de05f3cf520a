/** Writes frames to a file: encode, copy everything else abreast, and finish or leave nothing behind. */

import { videoStream } from "../input/media.ts";
import { checkSize, nothingWritten, toTick } from "../../driver/check-writing.ts";
import type { Findings } from "./findings.ts";
import { createFindings } from "./findings.ts";
import { carrySideData, shapeOf } from "./side-data.ts";
import type { Frame, MediaWriter, WriterInit, Written } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { createOutputLife } from "./output-life.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { StreamCopier } from "./copy-streams.ts";
import { createStreamCopier } from "./copy-streams.ts";
import type { VideoEncoder } from "./encode-video.ts";
import { clockOf, openVideoEncoder } from "./encode-video.ts";
import { explainWriting } from "./explain-writing.ts";
import type { Muxer, OutputTrack } from "./mux.ts";
import { createMuxer } from "./mux.ts";
import { planWrite } from "./plan-write.ts";
import type { WritePlan } from "./plan-write.ts";
import { createSink } from "./file/sink.ts";
import type { Sink } from "./file/sink.ts";
import { writeChapters } from "./file/write-chapters.ts";
import type { FileBytes } from "./file/write-chapters.ts";
import { isMatroska } from "./containers.ts";
import { stateCreationTime } from "./file/creation-times.ts";
import { stateExactAspect } from "./file/exact-aspect.ts";

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
  const release = async (): Promise<void> => {
    begun?.encoder[Symbol.dispose]();
    begun = undefined;
    await copier?.[Symbol.asyncDispose]();
    await sink.close();
  };
  const life = createOutputLife(signal, {
    interrupt: () => sink.interrupt(),
    release,
    discard: () => sink.discard(),
    explain: (error) => explainWriting(nodeAv, error, sink),
  });
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
    await life.cancel();
    throw error;
  }
  return {
    get encoding() {
      return found.encoding(copier);
    },
    write: async (frame) => {
      try {
        await life.guarded(async () => {
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
      life.guarded(async (): Promise<Written> => {
        if (!begun) throw nothingWritten();
        const { encoder, muxer, track } = begun;
        for (const packet of await encoder.encode(null, 0))
          await track.write(packet, encoder.context.timeBase);
        await copier?.copyUntil(Infinity);
        await muxer.finish();
        throwIfAborted(signal);
        await release();
        await sink.change?.((file) => complete(file, plan, found));
        throwIfAborted(signal);
        const written = await sink.commit(mimeTypes[plan.encoding.container]);
        life.finished();
        return { frames, ...written };
      }),
    cancel: () => life.cancel(),
    [Symbol.asyncDispose]: () => life.cancel(),
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
  const source = videoStream(media);
  const encoder = await openVideoEncoder(nodeAv, { ...video, color: frame.color });
  try {
    const muxer = await createMuxer(nodeAv, encoding.container, sink, {
      ticksPerSecond: video.ticksPerSecond,
      seekable: sink.seekable,
      isEndless: media.description.duration === Infinity,
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
