/** Pruning from a network to smaller ones, each tuned, scored and ready to be exported. */

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption, throwIfAborted } from "@tatami/core";
import type { ProgramEngine } from "@tatami/graph";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import { parentOf } from "../campaign/lineage.ts";
import { averageOf } from "../run/checkpoint/checkpoint-content.ts";
import { readCheckpoint, writeCheckpoint } from "../run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { compileKernels } from "../run/kernels.ts";
import { breathe } from "../run/loop.ts";
import { checkpointPath, train } from "../run/train.ts";
import { asOutputFailed, exists } from "../run/write-whole.ts";
import { historyPath } from "../report/history.ts";
import type { Cost } from "./cost.ts";
import { macsCost } from "./cost.ts";
import type { PrunedNet } from "./cuts/net.ts";
import { architectureOf, prunableNet } from "./cuts/net.ts";
import { createObserver } from "./cuts/observe.ts";
import type { PruneOptions, ResolvedPruning } from "./options.ts";
import { resolvePruning } from "./options.ts";
import type { PruningPictures } from "./pictures.ts";
import { readPruningPictures } from "./pictures.ts";
import type { PruningEntry, PruningStart, PruningState, PruningStop } from "./pruning-state.ts";
import { openPruningState, pruningName, stopName } from "./pruning-state.ts";
import { searchStop } from "./search/search-stop.ts";
import { timeLayers } from "./time-layers.ts";
import { createTuner, tuningRecipe } from "./tune.ts";
import { createValidation } from "./validation.ts";
import type { Validate } from "./validation.ts";
import type { MeasuredNet, Workshop } from "./search/workshop.ts";
import { channelsAtOnce, createWorkshop } from "./search/workshop.ts";

/** What came out. */
export interface PruneResult {
  /** What its log and report are called after. */
  readonly name: string;
  readonly start: PruningStart;
  readonly stops: readonly (PruningStop & { readonly checkpoint: string })[];
  /** All that was done. */
  readonly entries: readonly PruningEntry[];
}

/**
 * Makes a network smaller: the most PSNR within a budget, or the least computation within a drop (RKR/CPO,
 * arXiv 1705.10748). Channels that matter little are taken out of its chain, what reads them is refitted, and the rest
 * learns on, taught by the network as it was. Everything is kept on the way; `resume` goes on from there.
 *
 * @throws TatamiError `invalid-option`, `input-not-found`, `damaged-input`, `output-failed`, `wrong-answer`; `signal.reason` as
 * it is on an abort, after which `resume` goes on.
 */
export async function prune(options: PruneOptions): Promise<PruneResult> {
  const settings = resolvePruning(options);
  const { parent, out, signal, threads = 1 } = options;
  const base = prunableNet(parent.startWeights());
  await asOutputFailed(out, () => mkdir(out, { recursive: true }));
  const compiled = await compileKernels();
  const cost = settings.cost === "ms" ? await timeLayers(base, signal) : macsCost(base.scale);
  checkBudget(settings, base, cost);
  const pictures = await readPruningPictures(options, compiled);
  options.onReady?.(pictures.remarks);
  await using engine = await createWasmProgramEngine({ threads });
  const validate = createValidation(compiled, pictures.validated);
  const begun = { net: base, cost: cost.of(base.features), psnr: validate(base), steps: 0 };
  const start: PruningStart = {
    kind: "start",
    parent: parent.model.name,
    settings: { ...settings, teacher: pictures.teacher ?? null, pictures: pictures.dataset.entries.length },
    unit: cost.unit,
    features: base.features,
    cost: begun.cost,
    psnr: begun.psnr,
  };
  const name = pruningName(parent.model.name, settings);
  const state = await openPruningState(out, name, start, options.resume === true);
  const unpruned = begun.psnr;
  const parts = { options, settings, cost, pictures, validate, unpruned, compiled, engine, state };
  const workshop = openWorkshop(parts);
  const finisher = createFinisher({ options, settings, start, state, pictures, workshop });
  const stops = await findStops(finisher, state, { workshop, settings, start: begun });
  await state.tidy();
  return { name, start, stops, entries: state.entries };
}

/** @throws TatamiError `invalid-option` for a budget that no net keeps to. */
function checkBudget({ limit }: ResolvedPruning, { features }: PrunedNet, { unit, of }: Cost): void {
  const least = of(features.map(() => channelsAtOnce));
  const smallest = "budget" in limit ? limit.budget.at(-1)! : Infinity;
  if (smallest >= least) return;
  const rule = `${Math.ceil(least)} ${unit} or more, what ${channelsAtOnce} channels in each layer cost`;
  throw invalidOption("prune.budget", rule, smallest);
}

interface WorkshopParts {
  readonly options: PruneOptions;
  readonly settings: ResolvedPruning;
  readonly cost: Cost;
  readonly pictures: PruningPictures;
  readonly compiled: CompiledKernels;
  readonly engine: ProgramEngine;
  readonly validate: Validate;
  /** Y-PSNR in dB before any cut. */
  readonly unpruned: number;
  readonly state: PruningState;
}

function openWorkshop(parts: WorkshopParts): Workshop {
  const { options, settings, cost, pictures, validate, unpruned, compiled, engine, state } = parts;
  const { signal, onStep } = options;
  const recipe = { ...options.recipe, seed: settings.seed };
  const { dataset } = pictures;
  const writing: Promise<void>[] = [];
  return createWorkshop({
    cost,
    criterion: settings.criterion,
    observe: createObserver(compiled, pictures.observed),
    validate,
    unpruned,
    tune: createTuner({ recipe, dataset, compiled, engine, signal, ...(onStep && { onStep }) }),
    seed: settings.seed,
    onMove(move) {
      writing.push(state.add(move));
      options.onMove?.(move);
    },
    async breathe() {
      await Promise.all(writing.splice(0));
      await breathe();
      throwIfAborted(signal);
    },
  });
}

/** Stops one after the other, each from the one before: larger drops start from what smaller ones left. */
async function findStops(
  finisher: Finisher,
  state: PruningState,
  search: { readonly workshop: Workshop; readonly settings: ResolvedPruning; readonly start: MeasuredNet },
): Promise<PruneResult["stops"]> {
  const { workshop, settings, start } = search;
  let from = start;
  let kept = state.trail;
  let previous: { readonly previous?: PruningStop } = {};
  const stops: PruneResult["stops"][number][] = [];
  for (const limit of stopLimits(settings, start.cost)) {
    const found = (entry: PruningEntry): entry is PruningStop =>
      entry.kind === "stop" && entry.limit === limit;
    let stop = state.entries.find(found);
    if (!stop) {
      const finish = (at: MeasuredNet): Promise<PruningStop> => finisher.finish(at, limit);
      const { discard } = finisher;
      const trail = [from, ...kept];
      kept = [];
      const { keep } = state;
      stop = await searchStop({ ...search, trail, ...previous, limit, keep, finish, discard });
      await state.add(stop);
    }
    const checkpoint = finisher.checkpointOf(stop);
    from = workshop.measure(prunableNet(averageOf(await readCheckpoint(checkpoint))), stop.steps);
    stops.push({ ...stop, checkpoint });
    previous = { previous: stop };
  }
  return stops;
}

/** Those that were given; on the way to one, costs in equal ratios down to it, or drops in equal steps up to it. */
function stopLimits({ limit, stops }: ResolvedPruning, cost: number): readonly number[] {
  const given = "budget" in limit ? limit.budget : limit.drop;
  const last = given.at(-1)!;
  if (stops === 1) return given;
  return Array.from({ length: stops }, (_, at) => {
    const part = (at + 1) / stops;
    if ("drop" in limit) return last * part;
    return part === 1 ? last : cost * (last / cost) ** part;
  });
}

interface Finisher {
  finish(at: MeasuredNet, limit: number): Promise<PruningStop>;
  discard(stop: PruningStop): Promise<void>;
  checkpointOf(stop: Pick<PruningStop, "name">): string;
}

interface FinisherParts {
  readonly options: PruneOptions;
  readonly settings: ResolvedPruning;
  readonly start: PruningStart;
  readonly state: PruningState;
  readonly pictures: PruningPictures;
  readonly workshop: Workshop;
}

/** Tunes stops to their end by a run of their own, with checkpoint, history and lineage. */
function createFinisher(parts: FinisherParts): Finisher {
  const { options, settings, start, state, pictures, workshop } = parts;
  const { dataset } = pictures;
  const { parent, out, signal, threads = 1, resume = false, onProgress } = options;
  const checkpointOf = ({ name }: Pick<PruningStop, "name">): string => join(out, `${name}.checkpoint`);
  return {
    checkpointOf,
    async finish(at, limit) {
      const { net } = at;
      const name = await state.nameFor(stopName(parent.model.name, settings, at.cost));
      const lost = start.psnr - at.psnr;
      const { seed } = settings;
      const recipe = tuningRecipe({ ...options.recipe, seed }, { net, name, steps: settings.steps, lost });
      const from = { network: "sesr" as const, architecture: architectureOf(net), weights: net.weights };
      const path = checkpointPath(out, recipe);
      const there = resume && (await exists(path));
      const result = await train({
        recipe,
        dataset,
        out,
        from,
        threads,
        resume: there,
        ...(signal && { signal }),
        ...(onProgress && { onProgress: (progress) => onProgress(name, progress) }),
      });
      const checkpoint = await readCheckpoint(result.checkpoint);
      const steps = at.steps + settings.steps;
      const { psnr, cost } = workshop.measure(prunableNet(averageOf(checkpoint)), steps);
      const drop = start.psnr - psnr;
      const { method, criterion } = settings;
      const own = parentOf(parent, "from");
      const pruning = {
        from: parent.model.name,
        method,
        criterion,
        unit: start.unit,
        before: start.cost,
        after: cost,
        drop,
      };
      const tuning = { steps: at.steps, samples: at.steps * recipe.batch };
      const lineage = [{ ...own, pruning: { ...pruning, drop: Number(drop.toFixed(3)) }, tuning }];
      await writeCheckpoint(path, { ...checkpoint, lineage });
      return { kind: "stop", name, limit, features: net.features, cost, psnr, drop, steps };
    },
    async discard(stop) {
      const path = checkpointOf(stop);
      await Promise.all([path, historyPath(path)].map((file) => rm(file, { force: true })));
    },
  };
}
