/** Options of the engine, and how they are completed once a device is known. */

import type { Size } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Chain } from "@tatami/kernels";
import type { DeviceOptions, OpenDevice } from "../device.ts";
import type { ExecutableInit } from "../executable.ts";
import { sharedTuneMemory } from "./tune-memory.ts";
import type { TuneMemory } from "./tune-memory.ts";
import { tune } from "./tuner.ts";
import type { Variant } from "../variant.ts";
import { defaultVariant } from "../variant.ts";

/** How the engine is set up. */
export interface WebGpuOptions extends DeviceOptions {
  /** How convolutions are written. @defaultValue what suits the kind of adapter */
  readonly variant?: Partial<Variant> | undefined;
  /**
   * Milliseconds spent, for each new size, on measuring other variants; the fastest is remembered for this adapter,
   * model and size. @defaultValue 1500; 0 on an emulated adapter or where `variant` is given
   */
  readonly tuneMilliseconds?: number | undefined;
  /**
   * Whether 8-bit integers between layers are among what is measured: they cost a few hundredths of a decibel, and are
   * taken only where they prove faster and come close enough to the reference. @defaultValue false
   */
  readonly integers?: boolean | undefined;
  /** Where the tuner's choices are kept. @defaultValue the page's localStorage, else this process's memory */
  readonly tuneMemory?: TuneMemory | undefined;
  /** Bytes of a buffer at most; larger windows are computed in bands. @defaultValue 256 MiB, or what the device allows */
  readonly mostBufferBytes?: number | undefined;
}

/** What the options leave open, settled. */
interface SettledOptions {
  /** What to begin with, and to stay with where it was asked for. */
  readonly variant: Variant;
  /** Milliseconds of measuring other variants for each size; 0 where one was asked for. */
  readonly tuneMilliseconds: number;
  /** Bytes of a buffer at most. */
  readonly mostBytes: number;
}

/** The given values, else what suits the device: one that is emulated is not worth the tuning. */
function settleOptions(
  { device, software, description }: OpenDevice,
  options: WebGpuOptions,
): SettledOptions {
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const untuned = options.variant !== undefined || software;
  return {
    variant: { ...defaultVariant(description), ...options.variant },
    tuneMilliseconds: options.tuneMilliseconds ?? (untuned ? 0 : 1500),
    mostBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize, options.mostBufferBytes ?? defaultBytes),
  };
}

/** Everything an executable of a size is made from, its variant chosen. */
export async function settleFor(
  open: OpenDevice,
  options: WebGpuOptions,
  model: Model,
  chain: Chain,
  size: Size,
): Promise<ExecutableInit> {
  const { variant: first, tuneMilliseconds: milliseconds, mostBytes } = settleOptions(open, options);
  const { device, pipelines } = open;
  const init = { device, pipelines, chain, halo: model.halo, mostBytes };
  const memory = options.tuneMemory ?? sharedTuneMemory;
  const integers = options.integers ?? false;
  const asked = options.variant !== undefined && options.tuneMilliseconds === undefined;
  if (asked || size.width * size.height <= leastPixels) return { ...init, variant: first };
  return {
    ...init,
    variant: await tune({ ...init, open, model, first, milliseconds, memory, integers }, size),
  };
}

/** Holds a frame of 1080p between layers of 16 channels; larger ones are computed in bands rather than fill a GPU. */
const defaultBytes = 2 ** 28;

/** Smaller pictures take no time that could be measured. */
const leastPixels = 64 * 64;
