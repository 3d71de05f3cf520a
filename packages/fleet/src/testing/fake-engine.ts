/** An engine that computes nothing: for tests and benches of what queues do. */

import type { Begun, Joined, WorkCall, WorkEngine } from "../engine/engine.ts";
import type { FileTask } from "../engine/open-job.ts";

/** What a test decides. */
export interface FakeEngineInit {
  /** Segments of each file. */
  readonly segments: number;
  /** In place of a segment that is done at once. */
  readonly segment?: (file: FileTask, index: number, call: WorkCall) => Promise<void>;
  /** Told of all that is done. */
  readonly onCall?: (name: "begin" | "segment" | "join" | "tidy", file: FileTask, index?: number) => void;
  /** What joining gives. */
  readonly join?: () => Joined;
}

/** Ten frames a segment. */
export function createFakeEngine({ segments, segment, onCall, join }: FakeEngineInit): WorkEngine {
  return {
    async begin(file): Promise<Begun> {
      onCall?.("begin", file);
      const pending = Array.from({ length: segments }, (_, index) => index);
      return { segments, pending, keptFrames: 0, framesTotal: segments * 10 };
    },
    async segment(file, index, call) {
      onCall?.("segment", file, index);
      await segment?.(file, index, call);
      return { frames: 10, seconds: 0 };
    },
    async join(file) {
      onCall?.("join", file);
      return join?.() ?? { frames: segments * 10, size: 1 };
    },
    async tidy(file) {
      onCall?.("tidy", file);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
