/** Options of the engine, completed once a device is known. */

import type { WebGpuOptions } from "./backend.ts";
import type { OpenDevice } from "./device.ts";
import type { Variant } from "./variant.ts";
import { defaultVariant } from "./variant.ts";

/** What the options leave open, settled. */
export interface SettledOptions {
  readonly variant: Variant;
  /** Bytes of a buffer at most. */
  readonly mostBytes: number;
}

/** The given values, else what suits the device. */
export function settleOptions({ device, software }: OpenDevice, options: WebGpuOptions): SettledOptions {
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  return {
    variant: { ...defaultVariant(software), ...options.variant },
    mostBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize, options.mostBufferBytes ?? Infinity),
  };
}
