/** Opens files' jobs on one upscaler, which is kept from segment to segment as long as the same one is asked for. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { nodeDriver, openSharedSegments } from "@tatami/codecs/node";
import type { SharedRole } from "@tatami/codecs/node";
import type { CodecDriver, PictureMeasures } from "@tatami/core";
import { TatamiError, withoutUndefined } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { createUpscaler, openSegmentedJob, plan, readOnnx } from "@tatami/upscale";
import type { SegmentedJob, UpscaleOptions, Upscaler } from "@tatami/upscale";
import { chooseModel, listModels, loadModel } from "@tatami/zoo";
import { fromShared, isModelFile } from "../job-data.ts";
import type { Look } from "../job-data.ts";
import { engineOptions, passedOptions } from "../options.ts";
import type { JobOptions } from "../options.ts";
import { isS3 } from "../s3/client.ts";
import { openSource, readObject } from "../s3/source.ts";

/** A file as the work is asked for: paths of this machine, or objects of S3. */
export interface FileTask {
  readonly input: string;
  readonly output: string;
  /** Folder that paths of models are relative to. */
  readonly root: string;
  readonly options: JobOptions;
  /**
   * Whether no other machine works at it, nor another process joins it: then parts go as they are joined, and the disk never holds
   * everything twice. @defaultValue false
   */
  readonly isAlone?: boolean;
  /** What was seen in the file; absent before it was begun, and where a model was named. */
  readonly look?: Look | undefined;
}

/** What a machine brings, whatever the file. */
export interface Machine {
  /** Threads of the CPU engines. @defaultValue what the library takes */
  readonly threads?: number | undefined;
}

/** Opens jobs, one at a time. Dispose of it. */
export interface Opener extends AsyncDisposable {
  /** What is seen in a file; nothing where the model was named. */
  look(file: FileTask, signal: AbortSignal): Promise<Look | undefined>;
  /** Dispose of the job before the next is opened. */
  open(
    file: FileTask,
    role: SharedRole,
    signal: AbortSignal,
    onProgress?: UpscaleOptions["onProgress"],
  ): Promise<SegmentedJob>;
}

/** The networks of a file, and what was chosen beside them. */
interface Chosen {
  readonly models: readonly Model[];
  /** The networks in a text: equal for equal ones. */
  readonly name: string;
  /** What follows them, for sizes that they do not reach. */
  readonly second?: UpscaleOptions["second"];
  readonly strength: number | undefined;
  readonly reuse: JobOptions["reuse"];
}

/** Makes the opener. */
export function createOpener({ threads }: Machine): Opener {
  let kept: { readonly key: string; readonly upscaler: Upscaler } | undefined;
  const forget = async (): Promise<void> => {
    const old = kept;
    kept = undefined;
    await old?.upscaler[Symbol.asyncDispose]();
  };
  const upscalerFor = async ({ options }: FileTask, chosen: Chosen): Promise<Upscaler> => {
    const own = pick(options, engineOptions);
    const making = { ...own, ...withoutUndefined({ reuse: chosen.reuse, threads }) };
    const key = JSON.stringify([chosen.name, making]);
    if (kept?.key === key) return kept.upscaler;
    await forget();
    const upscaler = await createUpscaler({ ...making, model: chosen.models });
    kept = { key, upscaler };
    return upscaler;
  };
  return {
    look,
    async open(file, role, signal, onProgress) {
      const chosen = await choose(file, signal);
      const { strength, second } = chosen;
      const { segmentSeconds = 10, backends, patchSize, batchSize, integers } = file.options;
      // what the pictures depend on that is of the engine and not of the job
      const key = JSON.stringify({ backends, patchSize, batchSize, integers });
      return openSegmentedJob(await openSource(file.input, signal), {
        ...jobOptions(file),
        ...withoutUndefined({ strength, second, onProgress }),
        model: await upscalerFor(file, chosen),
        codecs: [driverFor(role)],
        resume: { segmentSeconds, key },
        signal,
      });
    },
    [Symbol.asyncDispose]: forget,
  };
}

async function look(file: FileTask, signal: AbortSignal): Promise<Look | undefined> {
  const { model = "auto", strength } = file.options;
  if (model !== "auto") return undefined;
  const { choice, scale, second } = await plan(await openSource(file.input, signal), {
    ...jobOptions(file),
    ...withoutUndefined({ strength, backends: file.options.backends }),
    model: chooserFor(file.options),
    codecs: [nodeDriver()],
    signal,
  });
  const { reading } = choice!;
  const further = listModels().find(({ name }) => name === second)?.scale;
  return {
    reading: { ...reading, measures: finite(reading.measures) },
    scale: scale / (further ?? 1),
    ...(further !== undefined && { further }),
  };
}

/** The logarithm of nothing is no number in JSON, and all are to choose by the same. */
function finite(measures: PictureMeasures): PictureMeasures {
  const entries = Object.entries(measures as unknown as Record<string, number>);
  const held = entries.map(([name, value]) => [name, Math.min(1e9, Math.max(-1e9, value)) || 0]);
  return Object.fromEntries(held) as unknown as PictureMeasures;
}

async function choose({ options, root, look: seen }: FileTask, signal: AbortSignal): Promise<Chosen> {
  const { model = "auto", denoise, scale } = options;
  if (model === "auto") {
    if (!seen) throw new Error("A file whose model is chosen was not looked at.");
    const { scale: first, further } = seen;
    const chooser = chooserFor({ ...options, scale: first });
    const choice = await chooser.choose(seen.reading, signal);
    const models = choice.models ?? [choice.model];
    return {
      models,
      ...(further !== undefined && { second: () => chooser.follow!(further, signal) }),
      name: `${models.map(({ name }) => name).join(",")} ${choice.denoise}`,
      strength: options.strength ?? choice.strength,
      reuse: options.reuse ?? choice.reuse,
    };
  }
  const names = model.split(",").map((name) => name.trim());
  const loaded = await Promise.all(names.map((name) => loadNamed(name, root, denoise, signal)));
  const models = loaded.map(({ model: each }) => each);
  const other = models.find((each) => scale !== undefined && each.scale !== scale);
  if (other) {
    throw new TatamiError({
      code: "invalid-option",
      message: `The model ${other.name} upscales by ${other.scale}, not by ${scale}.`,
      fix: "Leave options.scale out, or name another model.",
    });
  }
  const { strength, reuse, second } = options;
  return {
    models,
    name: `${loaded.map(({ id }) => id).join(",")} ${denoise ?? 0}`,
    ...(second !== undefined && {
      second: async () => (await loadNamed(second, root, undefined, signal)).model,
    }),
    strength,
    reuse,
  };
}

/** @returns it, and what tells it from others: a file may have become another one since the last job. */
async function loadNamed(
  name: string,
  root: string,
  denoise: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly model: Model; readonly id: string }> {
  if (!isModelFile(name)) {
    const model = await loadModel(name, { ...withoutUndefined({ denoise }), signal });
    return { model, id: name };
  }
  const bytes = isS3(name) ? await readObject(name, signal) : await readModelFile(name, root, signal);
  return { model: readOnnx(bytes).model, id: createHash("sha256").update(bytes).digest("hex") };
}

async function readModelFile(name: string, root: string, signal: AbortSignal): Promise<Uint8Array> {
  return readFile(fromShared(root, name), { signal }).catch((error: Error) => {
    if (signal.aborted) throw signal.reason;
    throw new TatamiError({
      code: "input-not-found",
      message: `The model file ${name} could not be read: ${error.message}.`,
      fix: "Put it into the folder that all machines share.",
      cause: error,
    });
  });
}

function chooserFor(options: JobOptions): ReturnType<typeof chooseModel> {
  const { look: wanted, scale, effort, denoise } = options;
  return chooseModel(withoutUndefined({ look: wanted, scale, effort, denoise }));
}

/** Options of the job that only move what was asked for to where the library wants it. */
function jobOptions({ output, options }: FileTask): Omit<UpscaleOptions, "model"> {
  return { ...pick(options, passedOptions), output };
}

function pick<K extends keyof JobOptions>(options: JobOptions, names: readonly K[]): Pick<JobOptions, K> {
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Pick<JobOptions, K>;
}

function driverFor(role: SharedRole): CodecDriver {
  return { ...nodeDriver(), openSegments: (init) => openSharedSegments(init, role) };
}
