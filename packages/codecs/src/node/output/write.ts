/** Writes frames to a file: encode, copy everything else abreast, and finish or leave nothing behind. */

import { checkSize, nothingWritten, toTick } from "../../driver/check-writing.ts";
import type { Findings } from "./findings.ts";
import { createFindings } from "./findings.ts";
import type { Encoding, Frame, MediaWriter, WriterInit, Written } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { createOutputLife } from "../../driver/output-life.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { StreamCopier } from "./copy-streams.ts";
import { createStreamCopier } from "./copy-streams.ts";
import { explainWriting } from "./explain-writing.ts";
import { completeOutput, mimeTypes, openOutput } from "./open-output.ts";
import type { OpenedOutput } from "./open-output.ts";
import type { CopyRange } from "./lane.ts";
import { planWrite } from "./plan-write.ts";
import type { WritePlan } from "./plan-write.ts";
import type { Sink } from "./file/sink.ts";
import { createSink } from "./file/sink.ts";

/** See {@link CodecDriver.write}. */
export async function createWriter(init: WriterInit): Promise<MediaWriter> {
  const range = resolveRead(init.read ?? {});
  const { signal, start, end } = range;
  throwIfAborted(signal);
  const plan = await planWrite(init);
  const { nodeAv, input } = plan.media;
  const cut = Number.isFinite(start) ? toTick(start, plan.video.ticksPerSecond) : 0;
  const shift = plan.clockOffset - cut;
  const sink = await createSink(nodeAv, init.output, input);
  const found = createFindings(plan);
  const content = createContent(plan, sink, found, shift);
  const release = async (): Promise<void> => {
    await content.close();
    await sink.close();
  };
  const life = createOutputLife(signal, {
    settle: (working) => {
      sink.interrupt();
      // what is under way in FFmpeg must come to its end before anything is freed
      return working;
    },
    release,
    discard: () => sink.discard(),
    explain: (error) => explainWriting(nodeAv, error, sink),
  });
  try {
    await content.open({ start, end, shift, signal, onDamaged: init.read?.onDamaged });
  } catch (error) {
    await life.cancel();
    throw error;
  }
  return {
    get encoding() {
      return content.encoding;
    },
    write: async (frame) => {
      try {
        await life.guarded(async () => {
          checkSize(frame, init);
          await content.put(frame);
        });
      } finally {
        frame.close();
      }
    },
    finish: () =>
      life.guarded(async (): Promise<Written> => {
        const frames = await content.finish();
        throwIfAborted(signal);
        await release();
        await sink.change?.((file) => completeOutput(file, plan, found));
        throwIfAborted(signal);
        const written = await sink.commit(mimeTypes[plan.encoding.container]);
        life.finished();
        return { frames, ...written };
      }),
    cancel: () => life.cancel(),
    [Symbol.asyncDispose]: () => life.cancel(),
  };
}

/** What is put into an output: pictures, and the streams beside them up to the same moment. */
interface Content {
  /** What the plan told, and what was found since. */
  readonly encoding: Encoding;
  /** Opens the streams beside the pictures. */
  open(range: CopyRange): Promise<void>;
  /** Encodes a frame; the first one begins the output. */
  put(frame: Frame): Promise<void>;
  /** Encodes what the encoder holds back and copies what is left. @returns the frames there were */
  finish(): Promise<number>;
  /** More than once is harmless. */
  close(): Promise<void>;
}

function createContent(plan: WritePlan, sink: Sink, found: Findings, shift: number): Content {
  const { captions } = plan.media;
  let copier: StreamCopier | undefined;
  let begun: OpenedOutput | undefined;
  let frames = 0;
  const begin = async (frame: Frame): Promise<OpenedOutput> => {
    const opened = await openOutput(plan, frame.color, sink, copier);
    begun = opened;
    await opened.muxer.begin();
    await copier?.begin();
    return opened;
  };
  return {
    get encoding() {
      return found.encoding(copier);
    },
    open: async (range) => {
      copier = await createStreamCopier(plan, range);
    },
    put: async (frame) => {
      const { timestamp } = frame;
      const { encoder, track } = begun ?? (await begin(frame));
      await found.look(frame);
      const own = captions.get(timestamp);
      if (own) captions.delete(timestamp);
      const packets = await encoder.encode(frame, timestamp + shift, own);
      for (const packet of packets) await track.write(packet, encoder.context.timeBase);
      frames++;
      await copier?.copyUntil(timestamp);
    },
    finish: async () => {
      if (!begun) throw nothingWritten();
      const { encoder, muxer, track } = begun;
      for (const packet of await encoder.encode(null, 0)) await track.write(packet, encoder.context.timeBase);
      await copier?.copyUntil(Infinity);
      await muxer.finish();
      return frames;
    },
    close: async () => {
      begun?.encoder[Symbol.dispose]();
      begun = undefined;
      await copier?.[Symbol.asyncDispose]();
    },
  };
}
