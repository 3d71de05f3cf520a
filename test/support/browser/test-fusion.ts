/** What frames of a page's fixed camera have to be, whichever engine enlarges them. */

import { expect } from "vitest";
import type { ServedPage } from "./served-page.ts";

interface Fused {
  readonly used: string;
  /** Levels by which what is shown changes from one frame to the next. */
  readonly flicker: number;
}

/** Frames with noise, fused and not: fused ones flicker less than half as much. The page is `video-frame`. */
export async function testFusion(served: ServedPage, backend: "wasm" | "webgpu"): Promise<void> {
  const plain = await served.call<Fused>("fuseVideoFrames", backend, "off");
  const fused = await served.call<Fused>("fuseVideoFrames", backend, "static");
  expect(plain).toMatchObject({ used: backend, framesOpen: 0 });
  expect(plain).not.toHaveProperty("fusion.mode");
  expect(fused).toMatchObject({ used: backend, framesOpen: 0, fusion: { mode: "static", frames: 40 } });
  expect(fused.flicker).toBeLessThan(0.5 * plain.flicker);
}
