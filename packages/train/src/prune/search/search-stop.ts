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
  /** Nets to go on from, smaller and smaller: the stop before or the unpruned net, and what an earlier call came to. */
  readonly trail: readonly MeasuredNet[];
  /** A cost, or a drop in dB: whichever the settings name. */
  readonly limit: number;
  readonly keep: (reached: MeasuredNet) => Promise<void>;
  /** Tunes a net to its end. */
  readonly finish: (reached: MeasuredNet) => Promise<PruningStop>;
  /** Takes a finished net's files away. */
  readonly discard: (stop: PruningStop) => Promise<void>;
}

/** Cuts between two tunings, and fewer where the first few already lose too much. */
const cutsARound = [8, 4, 2, 1];
/** Parts by which the uniform baseline shrinks while it looks for a drop. */
const uniformShrink = 0.9;

/** @throws TatamiError `invalid-option` where nothing that small, or nothing within the drop, is to be had. */
export async function searchStop(search: StopSearch): Promise<PruningStop> {
  return "budget" in search.settings.limit ? searchBudget(search) : searchDrop(search);
}

/** The first problem: cut until it is cheap enough. */
async function searchBudget(search: StopSearch): Promise<PruningStop> {
  const { limit, finish, trail } = search;
  const fits = ({ cost }: MeasuredNet): boolean => cost <= limit;
  let last = trail.at(-1)!;
  for await (const next of shrink(search, last, (at) => !fits(at))) last = next;
  if (fits(last)) return finish(last);
  const left = last.net.features.join(", ");
  throw invalidOption("prune.budget", `${Math.ceil(last.cost)} or more, what ${left} channels cost`, limit);
}

/**
 * The second: cut until a short tuning does not bring it back within the drop, then see whether a long one does, and how
 * much more then. The first net that is not brought back leaves the one before it.
 */
async function searchDrop(search: StopSearch): Promise<PruningStop> {
  const { limit, start, finish, discard } = search;
  const least = start.psnr - limit;
  const trail = [...search.trail];
  const rounds = [...cutsARound];
  let best: { readonly stop: PruningStop; readonly at: MeasuredNet } | undefined;
  for (;;) {
    const from = trail.at(-1)!;
    if (from.psnr >= least || from === best?.at)
      for await (const next of shrink(search, from, () => true, rounds[0])) {
        trail.push(next);
        if (next.psnr < least) break;
      }
    let found: typeof best;
    for (let i = trail.length - 1; i >= 0 && !found; i--) {
      const at = trail[i]!;
      if (at === best?.at || at === start) break;
      const stop = await finish(at);
      if (stop.psnr >= least) found = { stop, at };
      else await discard(stop);
    }
    if (!found) {
      if (best) return best.stop;
      rounds.shift();
      trail.length = 1;
      if (rounds.length > 0 && search.settings.method === "greedy") continue;
      const rule = "more: the smallest cut loses more than that";
      throw invalidOption("prune.drop", rule, limit, "Allow a larger drop, or more steps of tuning.");
    }
    if (best) await discard(best.stop);
    best = found;
    if (found.at !== trail.at(-1)) return found.stop;
  }
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
