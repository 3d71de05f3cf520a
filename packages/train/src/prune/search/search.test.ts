/** The searches, on nets whose worth is known: what they cut, in which order, and when they stop. */

import { createSeededRandom } from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { macsCost } from "../cost.ts";
import { pruneByCpo } from "./cpo.ts";
import { pruneGreedily } from "./greedy.ts";
import type { PrunedNet } from "../cuts/net.ts";
import { groupsOf, withWidth } from "../cuts/net.ts";
import type { ResolvedPruning } from "../options.ts";
import type { PruningStop } from "../pruning-state.ts";
import { searchStop } from "./search-stop.ts";
import type { StopSearch } from "./search-stop.ts";
import { tableCost } from "../time-layers.ts";
import type { MeasuredNet, PruningMove, Workshop } from "./workshop.ts";
import { sensitivityOf } from "./workshop.ts";

/** Decibels that each channel of a group is worth; a tuning brings back `regained` of what is lost. */
interface World {
  readonly worth: readonly number[];
  readonly features: readonly number[];
  readonly regained?: number;
  /** Each further channel of a group is worth more than the one before: losses are to this power. */
  readonly power?: number;
}

/** A workshop in which nets are widths alone. */
function workshopOf({ worth, features, regained = 0, power = 1 }: World) {
  const cost = macsCost(2);
  const moves: PruningMove[] = [];
  const tuned = new Set<PrunedNet>();
  const psnrOf = (net: PrunedNet): number => {
    const lost = worth.reduce(
      (sum, each, at) => sum + each * (features[at]! - net.features[at]!) ** power,
      0,
    );
    return 40 - lost * (tuned.has(net) ? 1 - regained : 1);
  };
  const measure = (net: PrunedNet, steps: number): MeasuredNet => ({
    net,
    cost: cost.of(net.features),
    psnr: psnrOf(net),
    steps,
  });
  const workshop: Workshop = {
    cost,
    measure,
    cut(net, group, count) {
      const width = net.features[group.index]! - count;
      return width < 4 ? undefined : { ...net, features: withWidth(net.features, group.index, width) };
    },
    async tune(from, steps) {
      const net = { ...from.net };
      tuned.add(net);
      return measure(net, from.steps + steps);
    },
    tell: (move, at) => moves.push({ ...move, features: at.net.features, cost: at.cost, psnr: at.psnr }),
    breathe: async () => {},
  };
  const start = measure({ features, scale: 2, weights: {} }, 0);
  return { workshop, moves, start };
}

const flat = (blocks: number, width: number): readonly number[] =>
  Array.from({ length: blocks + 1 }, () => width);

describe("greedy cuts", () => {
  it("take what costs least for what it saves, and tune after every few", async () => {
    // group 2 is worth a tenth of the others
    const { workshop, moves, start } = workshopOf({ worth: [1, 1, 0.1, 1], features: flat(4, 16) });
    const nets: MeasuredNet[] = [];
    for await (const net of pruneGreedily(workshop, start, 8, 7, ({ cost }) => cost > start.cost * 0.75))
      nets.push(net);
    expect(
      moves
        .filter(({ kind }) => kind === "cut")
        .slice(0, 3)
        .map(({ group }) => group),
    ).toEqual([2, 2, 2]);
    expect(nets.at(-1)!.cost).toBeLessThanOrEqual(start.cost * 0.75);
    expect(nets.at(-1)!.steps).toBe(7 * nets.length);
  });

  it("are those that trying every layer each time would make, of fewer tries", async () => {
    let [tried, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        async (worth, power) => {
          const { workshop, moves, start } = workshopOf({ worth, features: flat(worth.length, 16), power });
          const counted = {
            ...workshop,
            measure: (...of: [PrunedNet, number]) => (tried++, workshop.measure(...of)),
          };
          for await (const _ of pruneGreedily(counted, start, 6, 1, ({ cost }) => cost > start.cost / 2));
          let at = start;
          for (const move of moves.filter(({ kind }) => kind !== "tuned")) {
            const tries = groupsOf(at.net).flatMap((group) => {
              const net = workshop.cut(at.net, group, 4);
              return net ? [workshop.measure(net, 0)] : [];
            });
            all += tries.length;
            const best = tries.reduce((a, b) => (sensitivityOf(at, b) < sensitivityOf(at, a) ? b : a));
            expect(move.sensitivity).toBeCloseTo(sensitivityOf(at, best), 12);
            at = workshop.measure({ ...at.net, features: move.features }, 0);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(tried).toBeLessThan(all / 2);
  });

  it("leave four channels everywhere, and then end", async () => {
    const { workshop, start } = workshopOf({ worth: [1, 1, 1], features: flat(3, 12) });
    let last = start;
    for await (const net of pruneGreedily(workshop, start, 8, 1, () => true)) last = net;
    expect(last.net.features).toEqual([4, 4, 4, 4]);
  });
});

describe("the paper's search", () => {
  const steps = { probe: 1, cut: 1 };

  it("probes every layer at half, and visits the least sensitive first", async () => {
    const { workshop, moves, start } = workshopOf({ worth: [4, 3, 1, 2], features: flat(4, 16) });
    await pruneByCpo(workshop, start, steps, { accepts: () => true, enough: () => false });
    const probes = moves.filter(({ kind }) => kind === "probe");
    expect(probes.map(({ group }) => group)).toEqual([0, 1, 2, 3]);
    expect(probes.every(({ features }) => Math.min(...features) === 8)).toBe(true);
    expect(moves.find(({ kind }) => kind === "cut")!.group).toBe(2);
  });

  it("steps back where too much is lost (rule 1), and ends within the drop", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        async (worth, drop) => {
          const { workshop, start } = workshopOf({ worth, features: flat(worth.length, 32) });
          const accepts = ({ psnr }: MeasuredNet): boolean => psnr >= start.psnr - drop;
          const found = await pruneByCpo(workshop, start, steps, { accepts, enough: () => false });
          expect(accepts(found)).toBe(true);
          // a layer worth less than an eighth of the drop for half of it is cut
          if (worth.slice(1).some((each) => each * 16 < drop / 8))
            expect(found.cost).toBeLessThan(start.cost);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("leaves a layer that has become more sensitive than the next one (rule 2)", async () => {
    const world = { worth: [9, 1, 9, 1.1, 9], features: flat(5, 32), power: 2 };
    const { workshop, moves, start } = workshopOf(world);
    await pruneByCpo(workshop, start, steps, { accepts: () => true, enough: () => false });
    const cuts = moves.filter(({ kind }) => kind === "cut" || kind === "back");
    // half of layer 1 goes; half of the rest would lose more for what it saves than layer 3 does, a quarter does, too
    const seen = cuts.slice(0, 4).map(({ kind, group }) => `${kind} ${group}`);
    expect(seen).toEqual(["cut 1", "cut 1", "back 1", "cut 1"]);
    expect(cuts.find(({ group }) => group === 3)).toBeDefined();
  });

  it("is done when it is cheap enough", async () => {
    const { workshop, start } = workshopOf({ worth: [1, 1, 1, 1], features: flat(4, 32) });
    const enough = ({ cost }: MeasuredNet): boolean => cost <= start.cost / 2;
    const found = await pruneByCpo(workshop, start, steps, { accepts: () => true, enough });
    expect(enough(found)).toBe(true);
  });
});

/** A stop's search, with what a long tuning regains on top. */
function searchOf(world: World, settings: Partial<ResolvedPruning>, limit: number, regained: number) {
  const made = workshopOf(world);
  const { start, workshop } = made;
  const log = { kept: 0, finished: [] as number[], discarded: [] as number[] };
  const search: StopSearch = {
    workshop,
    settings: {
      limit: { drop: [limit] },
      cost: "macs",
      criterion: "contribution",
      method: "greedy",
      stops: 1,
      tuning: 10,
      steps: 100,
      seed: 1,
      ...settings,
    },
    start,
    trail: [start],
    limit,
    async keep() {
      log.kept++;
    },
    async finish(at) {
      log.finished.push(at.cost);
      const psnr = start.psnr - (start.psnr - at.psnr) * (1 - regained);
      const { features } = at.net;
      return {
        kind: "stop",
        name: `n${at.cost}`,
        limit,
        features,
        cost: at.cost,
        psnr,
        drop: start.psnr - psnr,
        steps: at.steps + 100,
      };
    },
    async discard({ cost }: PruningStop) {
      log.discarded.push(cost);
    },
  };
  return { ...made, search, log };
}

describe("a stop", () => {
  const methods = ["greedy", "cpo", "uniform"] as const;

  it.each(methods)("within a budget is the first net that fits (%s)", async (method) => {
    const { search, start, log } = searchOf(
      { worth: [1, 1, 1, 1, 1, 1], features: flat(6, 32) },
      { method, limit: { budget: [30_000] } },
      30_000,
      0,
    );
    const stop = await searchStop(search);
    expect(stop.cost).toBeLessThanOrEqual(30_000);
    expect(stop.cost).toBeGreaterThan(10_000);
    expect(log.finished).toEqual([stop.cost]);
    expect(start.cost).toBeGreaterThan(30_000);
  });

  it("within a budget that four channels everywhere exceed is refused", async () => {
    const { search } = searchOf(
      { worth: [1, 1, 1], features: flat(3, 16) },
      { limit: { budget: [100] } },
      100,
      0,
    );
    await expect(searchStop(search)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("4, 4, 4, 4"),
    });
  });

  it("within a drop is the smallest net that a long tuning brings back; others' files go", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        fc.double({ min: 0.2, max: 6, noNaN: true }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        async (method, drop, short, long) => {
          const world = { worth: [0.02, 0.03, 0.01, 0.05], features: flat(4, 32), regained: short };
          const { search, start, log } = searchOf(world, { method }, drop, long);
          const stop = await searchStop(search);
          expect(stop.cost).toBeLessThan(start.cost);
          expect(start.psnr - stop.psnr).toBeLessThanOrEqual(drop + 1e-9);
          expect(log.finished).toHaveLength(log.discarded.length + 1);
          expect(log.discarded).not.toContain(stop.cost);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("within a drop comes close to it: where eight cuts lose too much, four or two may not", async () => {
    // no layer is better than another, so what is left over is less than what two cuts lose, and what neighbours saved
    const world = { worth: [0.02, 0.02, 0.02, 0.02, 0.02], features: flat(5, 32) };
    for (const drop of [0.5, 0.7, 0.9, 1.1]) {
      const stop = await searchStop(searchOf(world, {}, drop, 0).search);
      expect(stop.drop).toBeGreaterThan(drop - 2 * 4 * 0.02 - 1e-9);
      expect(stop.drop).toBeLessThanOrEqual(drop + 1e-9);
    }
  });

  it("that the one before holds already is the same network, and its files stay", async () => {
    const world = { worth: [0.5, 0.5, 0.5], features: flat(3, 16) };
    const { search, log } = searchOf(world, {}, 2.1, 0);
    const before = await searchStop(search);
    const { net } = workshopOf(world).start;
    const at = search.workshop.measure({ ...net, features: before.features }, before.steps);
    const previous = { previous: before, trail: [at] };
    const finished = log.finished.length;
    for (const [limit, settings] of [
      [2.2, search.settings],
      [before.cost + 1, { ...search.settings, limit: { budget: [before.cost + 1] } }],
    ] as const) {
      const stop = await searchStop({ ...search, ...previous, settings, limit });
      expect(stop).toEqual({ ...before, limit });
    }
    expect(log.finished.slice(finished)).not.toContain(before.cost);
    expect(log.discarded).not.toContain(before.cost);
  });

  it("within a drop that the smallest cut exceeds is refused", async () => {
    const { search } = searchOf({ worth: [9, 9, 9, 9], features: flat(4, 16) }, {}, 0.1, 0.1);
    await expect(searchStop(search)).rejects.toMatchObject({ code: "invalid-option" });
  });

  it("goes on from what an earlier call came to", async () => {
    const world = { worth: [0.02, 0.03, 0.01, 0.05], features: flat(4, 32) };
    const { search } = searchOf(world, { limit: { budget: [20_000] } }, 20_000, 0);
    const trail: MeasuredNet[] = [];
    const first = await searchStop({ ...search, keep: async (net) => void trail.push(net) });
    const half = trail.slice(0, Math.ceil(trail.length / 2));
    const again = await searchStop({ ...search, trail: [search.start, ...half] });
    expect(again.features).toEqual(first.features);
    expect(again.steps).toBe(first.steps);
  });
});

test("a table of small nets gives what a chain takes, whatever its widths", async () => {
  // a made-up machine: eight outputs at a time, and layers that do not cost the same both ways
  const layer = (a: number, b: number): number => a * Math.ceil(b / 8) + 3;
  const time = async (features: readonly number[]): Promise<number> => {
    let sum = 5 * features[0]!;
    for (let i = 1; i < features.length; i++) sum += layer(features[i - 1]!, features[i]!);
    return sum;
  };
  const table = await tableCost(32, time);
  // exact for chains that are the same both ways, close for others
  for (const features of [flat(11, 32), flat(5, 12), [16, 4, 28, 4, 16]])
    expect(table.of(features)).toBeCloseTo(await time(features), 6);
  const uneven = [16, 32, 8, 24, 16];
  expect(Math.abs(table.of(uneven) / (await time(uneven)) - 1)).toBeLessThan(0.1);
});

test("a cut never costs time, however badly a busy machine timed it", async () => {
  const random = createSeededRandom(3);
  for (let trial = 0; trial < 20; trial++) {
    const table = await tableCost(24, async (features) => {
      let macs = 0;
      for (let i = 1; i < features.length; i++) macs += features[i - 1]! * features[i]!;
      return macs * (1 + 2 * random());
    });
    const wide = Array.from({ length: 5 }, () => 4 + 4 * Math.floor(random() * 6));
    const narrow = wide.map((channels) => 4 * Math.ceil((random() * channels) / 4) || 4);
    expect(table.of(narrow)).toBeLessThanOrEqual(table.of(wide));
  }
});
