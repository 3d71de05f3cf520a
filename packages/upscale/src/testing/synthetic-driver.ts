/** A codec driver without codecs: numbered frames in, and a record of what was written. */

import type { CodecDriver, Encoding, Frame, MediaDescription, MediaReader, Plane, Size } from "@tatami/core";
import { createFrame, createPlane, throwIfAborted, unstatedColor } from "@tatami/core";

/** What the driver is to make. */
export interface SyntheticOptions extends Size {
  readonly frames: number;
  readonly fullRange?: boolean;
  /** Numbers of frames that the driver passes over. */
  readonly missing?: readonly number[];
  /** Whether `written` is filled. @defaultValue true */
  readonly remember?: boolean;
  /** Called before each frame is decoded; may throw. */
  readonly onRead?: (index: number) => void | Promise<void>;
  /** Called before each frame is encoded; may throw. */
  readonly onWrite?: (index: number) => void | Promise<void>;
}

/** One frame as it was written. */
export interface WrittenFrame {
  readonly timestamp: number;
  readonly duration: number;
  readonly size: Size;
  /** Luma bytes; empty unless {@link SyntheticDriver.keepLuma} is set. */
  readonly luma: Uint8Array;
}

/** The driver, and what became of it. */
export interface SyntheticDriver extends CodecDriver {
  readonly written: WrittenFrame[];
  keepLuma: boolean;
  /** Readers and writers not yet disposed of. */
  readonly held: number;
  readonly outcome: "none" | "finished" | "cancelled";
}

/** Irregular on purpose: a variable frame rate in ticks of 1/90000 s. */
export function syntheticTimestamp(index: number): number {
  return (index * 3003 + (index % 3) * 411) / 90_000;
}

/** A frame's luma: a seeded texture that differs from frame to frame. */
export function syntheticLuma(size: Size, index: number): Plane {
  const plane = createPlane(size);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = (i * 31 + index * 57 + ((i * i) >> 3)) & 255;
  return plane;
}

/** Makes the driver. */
export function createSyntheticDriver(options: SyntheticOptions): SyntheticDriver {
  const { width, height, frames, fullRange = false } = options;
  const written: WrittenFrame[] = [];
  let held = 0;
  let outcome: SyntheticDriver["outcome"] = "none";
  let count = 0;
  const color = { ...unstatedColor, fullRange };
  const description: MediaDescription = {
    container: "synthetic",
    duration: syntheticTimestamp(frames),
    startTime: 0,
    tracks: [{ kind: "video", index: 0, codec: "none", language: null }],
    blindSpots: [],
    video: {
      width,
      height,
      codec: "none",
      rotation: 0,
      pixelAspectRatio: { numerator: 1, denominator: 1 },
      color,
      bitDepth: 8,
      hasAlpha: false,
      frameCount: frames,
      frameRate: 30,
      ticksPerSecond: 90_000,
      bitrate: null,
    },
  };
  const encoding: Encoding = {
    container: "mp4",
    codec: "avc",
    rejected: [],
    bitrate: 1000,
    copied: [],
    leftOut: [],
    changed: [],
  };
  const frame = (index: number): Frame => {
    const chroma = (): Plane => createPlane({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
    return createFrame(
      { luma: syntheticLuma({ width, height }, index), chroma: [chroma(), chroma()] },
      { timestamp: syntheticTimestamp(index), duration: 1 / 30, color },
      "synthetic reader",
    );
  };
  const driver: SyntheticDriver = {
    name: "mediabunny",
    written,
    keepLuma: false,
    get held() {
      return held;
    },
    get outcome() {
      return outcome;
    },
    async open(): Promise<MediaReader> {
      held++;
      return {
        description,
        async *frames({ signal } = {}) {
          for (let index = 0; index < frames; index++) {
            throwIfAborted(signal);
            if (options.missing?.includes(index)) continue;
            await options.onRead?.(index);
            yield frame(index);
          }
        },
        async [Symbol.asyncDispose]() {
          held--;
        },
      };
    },
    planWrite: () => Promise.resolve(encoding),
    async write() {
      held++;
      const cancel = async (): Promise<void> => {
        if (outcome === "none") outcome = "cancelled";
      };
      return {
        encoding,
        cancel,
        async write(taken) {
          try {
            await options.onWrite?.(count);
            count++;
            const { luma } = await taken.planes();
            const { timestamp, duration, size } = taken;
            if (options.remember === false) return;
            written.push({ timestamp, duration, size, luma: driver.keepLuma ? luma.data : new Uint8Array() });
          } finally {
            taken.close();
          }
        },
        async finish() {
          outcome = "finished";
          return { frames: count, size: 0 };
        },
        async [Symbol.asyncDispose]() {
          held--;
          await cancel();
        },
      };
    },
  };
  return driver;
}
