/** A clip whose key frames come often, for tests of outputs that are made in segments; and folders for these. */

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameLedger } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import type { MuxedClipOptions } from "./make-muxed-clip.ts";
import { makeMuxedClip } from "./make-muxed-clip.ts";

/** What differs from test to test. */
export interface SegmentClipOptions {
  readonly frames: number;
  readonly size: [width: number, height: number];
  /** Pictures from one key frame to the next. */
  readonly keyFrames: number;
  /** More of the encoder's parameters, `bframes=2`. */
  readonly more?: string;
  /** @defaultValue noise, another in each picture */
  readonly draw?: NonNullable<MuxedClipOptions["draw"]>;
}

/** What is there while a file's tests run. */
export interface SegmentClip {
  readonly path: string;
  /** An empty folder, which goes when the test has ended. */
  makeFolder(): Promise<string>;
}

const noise: NonNullable<MuxedClipOptions["draw"]> = (planes, _, index) =>
  planes.forEach((plane) =>
    plane.forEach((__, at) => (plane[at] = (at * (index + 3) * 2_654_435_761) >>> 24)),
  );

/** To be called once a file of tests, outside of them. Every test begins with no frame open. */
export async function useSegmentClip(options: SegmentClipOptions): Promise<SegmentClip> {
  const { frames, size, keyFrames, more, draw = noise } = options;
  const folder = await mkdtemp(join(tmpdir(), "tatami-segments-"));
  const path = join(folder, "clip.mp4");
  beforeAll(async () => {
    // readable for whoever a test runs as
    await chmod(folder, 0o755);
    const params = [`keyint=${keyFrames}`, ...(more === undefined ? [] : [more]), "scenecut=0"].join(":");
    const encoder = { "x264-params": params };
    await makeMuxedClip(path, { format: "mp4", video: "libx264", audio: "aac", frames, size, encoder, draw });
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => frameLedger.reset());
  return {
    path,
    async makeFolder() {
      const made = await mkdtemp(join(tmpdir(), "tatami-segments-"));
      onTestFinished(() => rm(made, { recursive: true }));
      return made;
    },
  };
}
