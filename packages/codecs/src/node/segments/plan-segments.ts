/** What all segments of an output share: how it is encoded, where it is cut, what its parts depend on. */

import type { ColorSpace, Segment, SegmentedInit } from "@tatami/core";
import { toTick } from "../../driver/check-writing.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { WritePlan } from "../output/plan-write.ts";
import { planWrite } from "../output/plan-write.ts";
import { findCuts } from "./find-cuts.ts";
import { identify } from "./input-identity.ts";
import type { Manifest } from "./manifest.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** An output in segments before its folder is looked into. */
export interface SegmentsPlan {
  readonly setup: SegmentSetup;
  /** All that parts depend on, by names for people. */
  readonly depends: Manifest["depends"];
  /** Cuts the input: reads all its packets. */
  cut(): Promise<readonly Segment[]>;
}

/** Plans without touching the disk. @throws TatamiError as {@link CodecDriver.openSegments} */
export async function planSegments(init: SegmentedInit): Promise<SegmentsPlan> {
  const range = resolveRead(init.read ?? {});
  const plan = await planWrite(init);
  const input = await identify(plan.media.input);
  return {
    setup: await prepare(plan, init, range.start),
    depends: { input, ...dependsOn(plan), ...init.depends },
    cut: () => cut(plan, init, range),
  };
}

/** What parts depend on that only the driver knows. */
function dependsOn({ media, encoding, video }: WritePlan): Manifest["depends"] {
  const { libraries } = media.nodeAv.getFFmpegInfo();
  return {
    codec: encoding.codec,
    container: encoding.container,
    bitrate: String(encoding.bitrate),
    encoder: [encoding.encoder, encoding.pixelFormat, encoding.preset, encoding.crf].join(" "),
    size: `${video.width}×${video.height}`,
    FFmpeg: libraries.avcodec,
  };
}

async function prepare(plan: WritePlan, init: SegmentedInit, start: number): Promise<SegmentSetup> {
  const cutAt = Number.isFinite(start) ? toTick(start, plan.video.ticksPerSecond) : 0;
  return { plan, init, shift: plan.clockOffset - cutAt, color: await firstColor(plan, init) };
}

/** The colours that the output's first frame states. */
async function firstColor({ video }: WritePlan, { reader, read }: SegmentedInit): Promise<ColorSpace> {
  for await (const frame of reader.frames({
    ...read,
    onDamaged: () => undefined,
    onChanged: () => undefined,
  })) {
    frame.close();
    return frame.color;
  }
  return video.color;
}

async function cut(
  { media }: WritePlan,
  { shortest, read }: SegmentedInit,
  range: ReturnType<typeof resolveRead>,
): Promise<readonly Segment[]> {
  const cuts = await findCuts(media, { ...range, shortest });
  const starts = [read?.start, ...cuts];
  return starts.map((start, index) => {
    const end = cuts[index] ?? read?.end;
    return { index, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  });
}
