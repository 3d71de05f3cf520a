/** One stop: the net that a limit allows, found by one of the ways of pruning. */

import { invalidOption } from "@tatami/core";
import { pruneByCpo } from "./cpo.ts";
import { pruneGreedily } from "./greedy.ts";
import type { ResolvedPruning } from "../options.ts";
import type { PruningStop } from "../pruning-state.ts";
import { pruneUniformly } from "./uniform.ts";
import type { MeasuredNet, Workshop } from "./workshop.ts";

/** What a search is made from. */
export interface StopSearch {
  readonly workshop: Workshop;
  readonly settings: ResolvedPruning;
  /** The unpruned net. */
  readonly start: MeasuredNet;
  /** Nets to go on from: the stop before or the unpruned net, and what an earlier call came to. */
  readonly trail: readonly MeasuredNet[];
  /** The stop before, whose net the trail begins with. */
  readonly previous?: PruningStop;
  /** A cost, or a drop in dB: whichever the settings name. */
  readonly limit: number;
  readonly keep: (reached: MeasuredNet) => Promise<void>;
  /** Tunes a net to its end. */
  readonly finish: (reached: MeasuredNet) => Promise<PruningStop>;
  /** Takes a finished net's files away. */
  readonly discard: (stop: PruningStop) => Promise<void>;
}

/** Cuts between two tunings: fewer once that many lose too much. One alone is tried where nothing else holds. */
const cutsARound = [8, 4, 2, 1];
/** A long tuning may bring so many times what the best one so far has brought; what would need more is not tried. */
const hope = 1.5;
/** Parts by which the uniform baseline shrinks while it looks for a drop. */
const uniformShrink = 0.9;

/** @throws TatamiError `invalid-option` where nothing that small, or nothing within the drop, is to be had. */
export async function searchStop(search: StopSearch): Promise<PruningStop> {
  return "budget" in search.settings.limit ? searchBudget(search) : searchDrop(search);
}

/** The first problem: cut until it is cheap enough. */
async function searchBudget(search: StopSearch): Promise<PruningStop> {
  const { limit, finish, trail, previous } = search;
  const fits = ({ cost }: MeasuredNet): boolean => cost <= limit;
  let last = trail.at(-1)!;
  if (previous && last === trail[0] && fits(last)) return { ...previous, limit };
  for await (const next of shrink(search, last, (at) => !fits(at))) last = next;
  if (fits(last)) return finish(last);
  const left = last.net.features.join(", ");
  throw invalidOption("prune.budget", `${Math.ceil(last.cost)} or more, what ${left} channels cost`, limit);
}

/** A net within the drop, and what it was before its long tuning. */
interface Held {
  readonly stop: PruningStop;
  readonly at: MeasuredNet;
}

/**
 * The second: cut until a short tuning does not bring it back within the drop, then see whether a long one does, and how
 * much more then. From the last net that was brought back it goes on by fewer cuts at a time.
 */
async function searchDrop(search: StopSearch): Promise<PruningStop> {
  const { limit, start, discard, settings, previous } = search;
  const least = start.psnr - limit;
  const trail = search.trail.toSorted((a, b) => b.cost - a.cost);
  const rounds = settings.method === "greedy" ? cutsARound : cutsARound.slice(0, 1);
  const first = previous && { stop: { ...previous, limit }, at: search.trail[0]! };
  let best: Held | undefined = first;
  const longTuning = createLongTuning(search, least);
  for (let round = 0; round < rounds.length;) {
    // a single cut more is not worth a long tuning
    if (best && rounds[round] === 1) break;
    const from = trail.at(-1)!;
    if (from.psnr >= least || from === best?.at)
      for await (const next of shrink(search, from, () => true, rounds[round])) {
        trail.push(next);
        if (longTuning.expect(next) < least) break;
      }
    const held = await longTuning.lastWithin(trail, best?.at ?? start);
    if (held) {
      if (best && best !== first) await discard(best.stop);
      best = held;
    }
    if (held && held.at === trail.at(-1)) continue;
    round++;
    trail.length = best ? trail.indexOf(best.at) + 1 : 1;
  }
  if (best) return best.stop;
  const rule = "more: the smallest cut loses more than that";
  throw invalidOption("prune.drop", rule, limit, "Allow a larger drop, or more steps of tuning.");
}

interface LongTuning {
  /** The PSNR that a long tuning is expected to bring a net to, from what it has brought others. */
  expect(at: MeasuredNet): number;
  /** The last net that one brings back within the drop, of those behind `known`. */
  lastWithin(trail: readonly MeasuredNet[], known: MeasuredNet): Promise<Held | undefined>;
}

function createLongTuning({ finish, discard }: StopSearch, least: number): LongTuning {
  /** The most that one has brought. */
  let gain: number | undefined;
  return {
    expect: ({ psnr }) => psnr + (gain ?? 0),
    async lastWithin(trail, known) {
      for (const at of trail.slice(trail.indexOf(known) + 1).toReversed()) {
        if (gain !== undefined && at.psnr + hope * gain < least) continue;
        const stop = await finish(at);
        gain = Math.max(gain ?? 0, stop.psnr - at.psnr);
        if (stop.psnr >= least) return { stop, at };
        await discard(stop);
      }
      return undefined;
    },
  };
}

/** Smaller and smaller nets, each kept. @param goesOn asked of each before there is a smaller one */
async function* shrink(
  search: StopSearch,
  from: MeasuredNet,
  goesOn: (at: MeasuredNet) => boolean,
  round = cutsARound[0]!,
): AsyncGenerator<MeasuredNet> {
  for await (const next of smaller(search, from, goesOn, round)) {
    await search.keep(next);
    yield next;
  }
}

async function* smaller(
  { workshop, settings, start, limit }: StopSearch,
  from: MeasuredNet,
  goesOn: (at: MeasuredNet) => boolean,
  round: number,
): AsyncGenerator<MeasuredNet> {
  const { method, tuning } = settings;
  const isBudget = "budget" in settings.limit;
  if (method === "greedy") {
    yield* pruneGreedily(workshop, from, round, tuning, goesOn);
    return;
  }
  for (let at = from; goesOn(at);) {
    let next: MeasuredNet | undefined;
    if (method === "uniform") {
      // every share is cut from the unpruned net
      const cut = await pruneUniformly(workshop, start, isBudget ? limit : at.cost * uniformShrink);
      next = cut && (await workshop.tune(cut, tuning));
    } else {
      const accepts = ({ psnr }: MeasuredNet): boolean => isBudget || psnr >= start.psnr - limit;
      // probes take a third of what is spent after cuts
      const steps = { probe: Math.ceil(tuning / 3), cut: tuning };
      const found = await pruneByCpo(workshop, at, steps, { accepts, enough: (net) => !goesOn(net) });
      next = found === at ? undefined : found;
    }
    if (!next) return;
    at = next;
    yield at;
  }
}
