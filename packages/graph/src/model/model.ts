/** A network ready to be run, and the contract of running it. */

import { invalidOption } from "@tatami/core";
import type { backendNames, PatchJob, Size, TatamiError } from "@tatami/core";
import type { Node } from "../node.ts";
import type { Tensor } from "../tensor.ts";

/**
 * A super-resolution network: luma in, larger luma out.
 * One input `[n, 1, h, w]`, Y′/255 in the studio range (16/255..235/255); one output `[n, 1, s·h, s·w]`.
 */
export interface Model {
  readonly name: string;
  readonly scale: number;
  /** Pixels of context a patch needs on each side to be exact, worked out from the graph; a multiple of the alignment. */
  readonly halo: number;
  /**
   * Windows begin at multiples of so many pixels and are multiples of it in width and height, as is what is kept of
   * them; pictures too. More than 1 where the graph lays blocks of pixels out as channels.
   * @defaultValue 1
   */
  readonly alignment?: number;
  readonly output: Node;
}

/** Whether a value is a network: for what callers pass. */
export function isModel(value: unknown): value is Model {
  return typeof value === "object" && value !== null && "output" in value && "scale" in value;
}

/** @throws TatamiError `invalid-option` for what is no network. */
export function checkModel(path: string, value: unknown): void {
  const fix = 'Pass a model, for instance await loadModel("m5-x2") from @tatami/zoo.';
  if (!isModel(value)) throw invalidOption(path, "a model", value, fix);
}

/** The engines there are, in the order in which they are tried. `cpu` is the reference: slow, and the definition of right. */
export type BackendName = (typeof backendNames)[number];

/** The shape an executable is prepared for. */
export interface BatchShape extends Size {
  /** Patches in one inference. */
  readonly batch: number;
}

/** An engine on a device. Every backend passes the same contract suite against the CPU reference. */
export interface Backend extends AsyncDisposable {
  readonly name: BackendName;
  /** What it runs on, for people: "WebAssembly, 2 threads". */
  readonly description: string;
  /** Patches it computes at once, each on a thread of its own: a frame is cut into no fewer. @defaultValue 1 */
  readonly parallelPatches?: number;
  /** @throws TatamiError `invalid-model` for a model it cannot run. */
  prepare(model: Model, shape: BatchShape): Promise<Executable>;
  /** Resolves only if the device is lost; never rejects. */
  readonly lost: Promise<TatamiError<"device-lost">>;
}

/** A model made ready for one shape on one backend. Dispose of it. */
export interface Executable extends AsyncDisposable {
  readonly shape: BatchShape;
  /** The model as it is, at strength 1: float32 `[n, 1, h, w]` to `[n, 1, s·h, s·w]`, n up to the batch; not clipped to 0..1. */
  infer(input: Tensor): Promise<Tensor>;
  /** 8-bit planes in, 8-bit planes out, weighed by each job's strength. All windows have the prepared size; any number of jobs. */
  run(jobs: readonly PatchJob[], signal?: AbortSignal): Promise<void>;
}
