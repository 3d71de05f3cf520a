/** What layers take on this machine's own engine: the other thing to save, for time is not multiply-accumulates. */

import { createPlane, throwIfAborted } from "@tatami/core";
import type { PatchJob } from "@tatami/core";
import type { Backend } from "@tatami/graph";
import { createNetworkModel, initialWeights, networkOf } from "@tatami/graph";
import { createWasmBackend } from "@tatami/runtime";
import type { Cost } from "./cost.ts";
import { architectureOf } from "./cuts/net.ts";
import type { PrunedNet } from "./cuts/net.ts";
import { channelsAtOnce } from "./search/workshop.ts";

/** The patch that is timed, and the frame that its time is told for. */
const side = 96;
const frameSize = { width: 640, height: 360 };
const repeats = 7;

/** Milliseconds of a net of these channels. */
type TimeNet = (features: readonly number[]) => Promise<number>;

/**
 * Times layers once, on one thread of the engine `wasm`: pairs of widths in steps of four, up to the net's widest. A layer from
 * a to b channels counts as half of there and back, since a chain ends as wide as it begins.
 */
export async function timeLayers(
  { features, scale }: Pick<PrunedNet, "features" | "scale">,
  signal?: AbortSignal,
): Promise<Cost> {
  await using backend = await createWasmBackend({ threads: 1 });
  return tableCost(Math.max(...features), (some) => timeNet(backend, some, scale, signal));
}

/** The cost of nets by a table of what small ones take. */
export async function tableCost(widest: number, time: TimeNet): Promise<Cost> {
  const widths = Array.from(
    { length: Math.ceil(widest / channelsAtOnce) },
    (_, at) => (at + 1) * channelsAtOnce,
  );
  // the two 5×5 convolutions of each width, and pairs of 3×3 layers: differences of times, which noise must not turn round
  const ends: number[] = [];
  for (const a of widths) ends.push(Math.max(0, 2 * (await time([a, a])) - (await time([a, a, a]))));
  const there: number[][] = widths.map(() => []);
  for (const [i, a] of widths.entries())
    for (const [j, b] of widths.entries()) there[i]![j] = Math.max(0, (await time([a, b, a])) - ends[i]!);
  // a layer of fewer channels takes no longer; where a busy machine timed it so, a cut would seem to cost time
  const ofEnds = rising(ends.map((end) => [end])).map(([end]) => end!);
  const ofLayers = rising(there);
  const indexOf = (width: number): number => Math.ceil(width / channelsAtOnce) - 1;
  return {
    name: "ms",
    unit: `ms a frame of ${frameSize.width}×${frameSize.height} on one thread`,
    of(channels) {
      const at = channels.map(indexOf);
      let sum = ofEnds[at[0]!]!;
      for (let i = 1; i < at.length; i++)
        sum += (ofLayers[at[i - 1]!]![at[i]!]! + ofLayers[at[i]!]![at[i - 1]!]!) / 4;
      return sum;
    },
  };
}

/** Times that fall nowhere along rows or columns: midway between the most of all narrower ones and the least of all wider. */
function rising(times: readonly (readonly number[])[]): number[][] {
  return times.map((row, i) =>
    row.map((_, j) => {
      const narrower = times.slice(0, i + 1).flatMap((other) => other.slice(0, j + 1));
      const wider = times.slice(i).flatMap((other) => other.slice(j));
      return (Math.max(...narrower) + Math.min(...wider)) / 2;
    }),
  );
}

/** The least time of a net of these channels and random weights, for the whole frame. */
async function timeNet(
  backend: Backend,
  features: readonly number[],
  scale: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  throwIfAborted(signal);
  const sesr = networkOf("sesr");
  const shape = architectureOf({ features, scale });
  const model = createNetworkModel(sesr, shape, "timed", initialWeights(sesr.weights(shape), 1));
  await using executable = await backend.prepare(model, { batch: 1, width: side, height: side });
  const source = createPlane({ width: side, height: side });
  const target = createPlane({ width: side * scale, height: side * scale });
  const window = { x: 0, y: 0, width: side, height: side };
  const job: PatchJob = { source, target, window, kept: window, fullRange: false };
  let least = Infinity;
  for (let i = 0; i < repeats; i++) {
    const since = performance.now();
    await executable.run([job], signal);
    // whatever else the machine does only adds to it
    least = Math.min(least, performance.now() - since);
  }
  return (least * frameSize.width * frameSize.height) / side ** 2;
}
