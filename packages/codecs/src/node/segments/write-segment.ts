/** Encodes the frames of one segment into its part. */

import type { ColorSpace, Frame, SegmentNotes, SegmentWriter, WriterInit } from "@tatami/core";
import { outputFailed } from "@tatami/core";
import { checkSize } from "../../driver/check-writing.ts";
import type { NodeAv } from "../node-av.ts";
import type { VideoEncoder } from "../output/video/encode-video.ts";
import { openVideoEncoder } from "../output/video/encode-video.ts";
import { createFindings } from "../output/findings.ts";
import { explainWriting } from "../output/explain-writing.ts";
import { createOutputLife } from "../../driver/output-life.ts";
import type { WritePlan } from "../output/plan-write.ts";
import type { PartSummary } from "./part-file.ts";
import { createPart } from "./part-file.ts";

/** What all segments of an output share. */
export interface SegmentSetup {
  readonly plan: WritePlan;
  readonly init: WriterInit;
  /** Seconds by which the output's times lie above the input's. */
  readonly shift: number;
  /** Of the output's first frame: one stream has one set of colours. */
  readonly color: ColorSpace;
}

/** Begins the part at `path`. @param onFinished told of the part when it is kept. */
export async function createSegmentWriter(
  { plan, init, shift, color }: SegmentSetup,
  path: string,
  onFinished: (summary: PartSummary) => void,
): Promise<SegmentWriter> {
  const { media, video } = plan;
  const { nodeAv } = media;
  const part = await createPart(nodeAv, path).catch((error: unknown) => {
    throw explain(nodeAv, error, path);
  });
  const found = createFindings(plan);
  let encoder: VideoEncoder | undefined;
  let frames = 0;
  const life = createOutputLife(init.read?.signal, {
    settle: (working) => working,
    release: async () => {
      encoder?.[Symbol.dispose]();
      encoder = undefined;
    },
    discard: () => part.discard(),
    explain: (error) => explain(nodeAv, error, path),
  });
  return {
    write: async (frame: Frame) => {
      try {
        await life.guarded(async () => {
          checkSize(frame, init);
          const { timestamp } = frame;
          encoder ??= await openVideoEncoder(nodeAv, { ...video, color, isRepeatable: true });
          await found.look(frame);
          const captions = media.captions.get(timestamp);
          if (captions) media.captions.delete(timestamp);
          const packets = await encoder.encode(frame, timestamp + shift, captions);
          for (const packet of packets) await part.write(packet);
          frames++;
        });
      } finally {
        frame.close();
      }
    },
    finish: (notes: SegmentNotes) =>
      life.guarded(async () => {
        // a place where nothing can be decoded leaves a segment without frames, which is a part all the same
        encoder ??= await openVideoEncoder(nodeAv, { ...video, color, isRepeatable: true });
        if (frames > 0) for (const packet of await encoder.encode(null, 0)) await part.write(packet);
        const header = headerOf(nodeAv, encoder);
        encoder[Symbol.dispose]();
        encoder = undefined;
        const leftOut = found.encoding(undefined).leftOut.slice(plan.encoding.leftOut.length);
        const summary = { ...notes, frames, header, leftOut };
        await part.finish(summary);
        life.finished();
        onFinished(summary);
      }),
    cancel: () => life.cancel(),
    [Symbol.asyncDispose]: () => life.cancel(),
  };
}

/** What an encoder writes ahead of its stream, in Base64. */
export function headerOf(nodeAv: NodeAv, encoder: VideoEncoder): string {
  const parameters = new nodeAv.CodecParameters();
  parameters.alloc();
  try {
    encoder.describe(parameters);
    return parameters.extradata?.toString("base64") ?? "";
  } finally {
    parameters.free();
  }
}

function explain(nodeAv: NodeAv, error: unknown, path: string): unknown {
  const name = JSON.stringify(path);
  const isSystem = error instanceof Error && "syscall" in error;
  return isSystem ? outputFailed(name, error) : explainWriting(nodeAv, error, { name, failure: undefined });
}
