/** Picks, by measurement, among the ways of writing the convolutions. */

import type { Model } from "@tatami/graph";
import type { Size } from "@tatami/core";
import type { Chain } from "@tatami/kernels";
import { quantiseChain } from "../../integers/quantise-chain.ts";
import { selfTest } from "../../self-test.ts";
import type { OpenDevice } from "../device.ts";
import type { ExecutableInit } from "../executable.ts";
import { prepareExecutable } from "../executable.ts";
import { bytesOf, createNetwork } from "../network.ts";
import { timeBursts } from "./time-bursts.ts";
import type { TuneMemory } from "./tune-memory.ts";
import type { Variant } from "../variant.ts";

/** What is tuned. */
export interface TuneInit extends Omit<ExecutableInit, "variant"> {
  readonly open: OpenDevice;
  readonly model: Model;
  /** What is used where nothing else proves faster. */
  readonly first: Variant;
  /** Milliseconds of trying; the candidate under way is measured to its end. */
  readonly milliseconds: number;
  readonly memory: TuneMemory;
  /** Whether 8-bit integers may be taken, which are less exact. */
  readonly integers: boolean;
}

/** Ways that were fastest on one kind of device or another. */
export function candidates(hasHalfFloats: boolean, integers: boolean = false): readonly Variant[] {
  const whole = (["uniform", "storage"] as const).flatMap((weights) =>
    [4, 8, 2].flatMap((columns) =>
      (
        [
          [8, 8],
          [16, 4],
        ] as const
      ).map((workgroup): Variant => ({ weights, columns, workgroup, features: "f32" })),
    ),
  );
  const literal: Variant = { weights: "literal", columns: 2, workgroup: [8, 8], features: "f32" };
  const all = [...whole, literal];
  // half floats first: they save most where memory is what is waited for
  const floats = hasHalfFloats ? all.flatMap((each) => [{ ...each, features: "f16" as const }, each]) : all;
  if (!integers) return floats;
  const rounding = all.filter(({ workgroup: [across] }) => across === 8);
  return [...rounding.map((each) => ({ ...each, features: "int8" as const })), ...floats];
}

/**
 * The fastest variant for windows of a size. A winner other than the one it began with has passed the self-test; a
 * choice that is remembered for this adapter, model and size is taken without measuring.
 */
export async function tune(init: TuneInit, size: Size): Promise<Variant> {
  const { open, first, memory, milliseconds, integers } = init;
  const key = tuneKey(init, size);
  const known = memory.get(key);
  if (known && usable(known, open.device)) return known;
  if (milliseconds <= 0) return first;
  // working the integers out takes longer than measuring does, and is no part of it
  const rounding = integers && takesIntegers(init.chain);
  const end = performance.now() + milliseconds;
  const tried: { readonly variant: Variant; readonly time: number }[] = [];
  for (const variant of [first, ...candidates(open.device.features.has("shader-f16"), rounding)]) {
    if (tried.length > 0 && (performance.now() > end || same(variant, first))) continue;
    const time = await timeOf(init, variant, size);
    if (time !== undefined) tried.push({ variant, time });
  }
  for (const { variant } of tried.toSorted((a, b) => a.time - b.time))
    if (same(variant, first) || (await isRight(init, variant))) {
      memory.set(key, variant);
      return variant;
    }
  return first;
}

/** What a choice holds for: the adapter, the network to its last weight, the size, and what was to choose from. */
export function tuneKey(
  { open, model, chain, integers }: Pick<TuneInit, "open" | "model" | "chain" | "integers">,
  size: Size,
): string {
  let weights = weightNames.get(model);
  if (weights === undefined) {
    const numbers = chain.layers.map((layer) => [layer.weights, layer.bias, layer.slopes].join("|"));
    weights = textHash(numbers.join(";"));
    weightNames.set(model, weights);
  }
  return `tatami webgpu 1: ${open.description}, ${model.name} ${weights}, ${size.width}×${size.height}${integers ? ", integers too" : ""}`;
}

/** By model, for chains are read anew for each size: naming all weights takes longer than the rest of a key. */
const weightNames = new WeakMap<Model, string>();

/** Milliseconds of one picture through all layers, in the best burst; none where the device refuses the variant. */
async function timeOf(init: TuneInit, variant: Variant, size: Size): Promise<number | undefined> {
  const { open, chain, mostBytes } = init;
  let { height } = size;
  while (height > 1 && bytesOf(chain, { width: size.width, height }) > mostBytes) height >>= 1;
  try {
    using network = await createNetwork(open, chain, variant, { width: size.width, height }, 1);
    return await timeBursts(open.device, (pass) => network.encode(pass, 1));
  } catch {
    return undefined;
  }
}

async function isRight(init: TuneInit, variant: Variant): Promise<boolean> {
  try {
    await using tried = await prepareExecutable({ ...init, variant }, { batch: 1, width: 48, height: 32 });
    await selfTest(init.model, tried, "webgpu");
    return true;
  } catch {
    return false;
  }
}

function takesIntegers(chain: Chain): boolean {
  try {
    quantiseChain(chain);
    return true;
  } catch {
    return false;
  }
}

function usable({ features }: Variant, device: GPUDevice): boolean {
  return features !== "f16" || device.features.has("shader-f16");
}

function same(a: Variant, b: Variant): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder({ weights, columns, workgroup, features }: Variant): readonly unknown[] {
  return [weights, columns, workgroup, features];
}

/** FNV-1a, 32 bits, as eight hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv). */
function textHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
