/** Writes frames to a file: encode, copy everything else abreast, and finish or leave nothing behind. */

import { checkSize, nothingWritten, toTick } from "../../driver/check-writing.ts";
import { createFindings } from "./findings.ts";
import type { Frame, MediaWriter, WriterInit, Written } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { createOutputLife } from "./output-life.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { StreamCopier } from "./copy-streams.ts";
import { createStreamCopier } from "./copy-streams.ts";
import { explainWriting } from "./explain-writing.ts";
import { completeOutput, mimeTypes, openOutput } from "./open-output.ts";
import type { OpenedOutput } from "./open-output.ts";
import { planWrite } from "./plan-write.ts";
import { createSink } from "./file/sink.ts";

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
  let begun: OpenedOutput | undefined;
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
  const begin = async (frame: Frame): Promise<OpenedOutput> => {
    const opened = await openOutput(plan, frame.color, sink, copier);
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
          frames++;
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
