/** What requests may hold and what answers do, as JSON Schema: the same for checking and for the document. */

import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import type { OptionRule } from "@tatami/core";
import { jobRules } from "@tatami/fleet";
import { Fault, faultCodes } from "../fault.ts";
import type { AskedOptions, JobProgress, JobView } from "../jobs/job.ts";
import { askedOptions } from "../jobs/job.ts";

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** A schema for every property of a type. */
type Properties<T> = { readonly [K in keyof T]-?: Schema };

/** All schemas, by the names that the document gives them. */
export type Schemas = Readonly<
  Record<"JobOptions" | "UrlJob" | "Progress" | "Job" | "JobList" | "Error", Schema>
>;

/** @param models names of the models that may be asked for */
export function createSchemas(models: readonly string[]): Schemas {
  const names = Object.keys(askedOptions) as (keyof AskedOptions)[];
  const options = Object.fromEntries(
    names.map((each) => [
      each,
      { ...(own(models)[each] ?? schemaOf(jobRules[each])), description: askedOptions[each] },
    ]),
  );
  const name = { type: "string", minLength: 1, maxLength: 300, description: "The file's, for people." };
  const jobOptions = object(options, []);
  const progress: Properties<JobProgress> = {
    segments: object({ total: whole(), done: whole() }, ["total", "done"]),
    framesDone: whole(),
    framesTotal: { ...whole(), description: "Absent when the container does not say." },
    framesPerSecond: { type: "number" },
    secondsLeft: { type: "number", description: "Absent when not known." },
  };
  const view: Properties<JobView> = {
    id: { type: "string" },
    name: { type: "string" },
    state: { enum: ["waiting", "fetching", "working", "done", "failed", "cancelled"] },
    options: ref("JobOptions"),
    url: { type: "string", description: "Without its query." },
    network: { type: "string", description: "Name of the ONNX file that was sent as its network." },
    created: time(),
    started: time(),
    finished: time(),
    progress: ref("Progress"),
    result: object(
      {
        frames: whole(),
        size: { ...whole(), description: "Bytes." },
        name: { type: "string" },
        type: { type: "string" },
        href: { type: "string" },
      },
      ["frames", "size", "name", "type", "href"],
    ),
    error: ref("Error"),
  };
  const error = { code: { enum: faultCodes }, message: { type: "string" }, fix: { type: "string" } };
  const urlJob = { url: { type: "string", maxLength: 4000 }, name, options: ref("JobOptions") };
  return {
    JobOptions: jobOptions,
    UrlJob: object(urlJob, ["url"]),
    Progress: object(progress, ["segments", "framesDone", "framesPerSecond"]),
    Job: object(view, ["id", "name", "state", "options", "created"]),
    JobList: object({ jobs: { type: "array", items: ref("Job") } }, ["jobs"]),
    Error: object(error, ["code", "message", "fix"]),
  };
}

/** Checks what comes in. */
export interface Checker {
  /** Options, as texts of a form or a query. @throws Fault `invalid-option` */
  options(values: Readonly<Record<string, string>>): AskedOptions;
  /** A job of a URL, as JSON. @throws Fault `malformed-request`, `invalid-option` */
  urlJob(value: unknown): { readonly url: string; readonly name?: string; readonly options?: AskedOptions };
}

/** Makes it. */
export function createChecker(schemas: Schemas): Checker {
  const [exact, text] = [false, true].map((coerceTypes) => {
    const ajv = new Ajv2020({ coerceTypes, strictTypes: false, formats: { "date-time": true } });
    for (const [name, schema] of Object.entries(schemas))
      ajv.addSchema(schema, `#/components/schemas/${name}`);
    return ajv;
  }) as [Ajv2020, Ajv2020];
  const options = text.getSchema("#/components/schemas/JobOptions")!;
  const urlJob = exact.getSchema("#/components/schemas/UrlJob")!;
  return {
    options(values) {
      const copy: unknown = { ...values };
      if (!options(copy)) throw wrong(options, "options");
      return checkCut(copy as AskedOptions);
    },
    urlJob(value) {
      if (!urlJob(value)) throw wrong(urlJob, "");
      const job = value as ReturnType<Checker["urlJob"]>;
      if (job.options) checkCut(job.options);
      return job;
    },
  };
}

/** What schemas do not say. */
function checkCut(asked: AskedOptions): AskedOptions {
  const { start = 0, end = Infinity, scale, size, bitrate, quality } = asked;
  const both =
    scale !== undefined && size !== undefined
      ? "scale and size"
      : bitrate !== undefined && quality !== undefined
        ? "bitrate and quality"
        : undefined;
  if (both !== undefined)
    throw new Fault({
      code: "invalid-option",
      message: `Both ${both} are given.`,
      fix: "Give one of them.",
    });
  if (start < end) return asked;
  throw new Fault({
    code: "invalid-option",
    message: "The end is not after the start.",
    fix: "Give seconds from the file's beginning for both.",
  });
}

function wrong({ errors }: ValidateFunction, where: string): Fault {
  const [first] = errors ?? [];
  const path = `${where}${first?.instancePath.replaceAll("/", ".") ?? ""}`.replace(/^\./, "");
  const { additionalProperty, allowedValues } = (first?.params ?? {}) as {
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly unknown[];
  };
  const isOption = /^options\b/.test(path);
  const known = additionalProperty === undefined ? "" : ` (${additionalProperty.slice(0, 60)})`;
  const choices = allowedValues ? `: ${allowedValues.join(", ")}` : "";
  return new Fault({
    code: isOption ? "invalid-option" : "malformed-request",
    message: `${path || "The request"} ${first?.message ?? "is not as it should be"}${known}${choices}.`,
    fix: "Send what the document at /openapi.json describes.",
  });
}

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

/** What a request may say otherwise than a program: the models are the operator's, a size is a text. */
function own(models: readonly string[]): { readonly [K in keyof AskedOptions]?: Schema } {
  return {
    model: { type: "string", enum: ["auto", ...models] },
    scale: { type: "integer", enum: [2, 4] },
    size: {
      type: "string",
      pattern: String.raw`^(\d{1,5}p|\d{1,5}x\d{1,5}|\d{1,2}(\.\d{1,4})?x)$`,
    },
  };
}

/** Numbers of a request at most, where a program may give any. */
const most = 1e9;

/** An option's rule as a schema. */
function schemaOf(rule: OptionRule): Schema {
  switch (rule.kind) {
    case "integer":
    case "number":
      return { type: rule.kind, minimum: rule.minimum, maximum: Math.min(rule.maximum, most) };
    case "choice":
      return { type: "string", enum: rule.choices };
    case "boolean":
      return { type: "boolean" };
    case "text":
      return { type: "string", minLength: 1, maxLength: 100 };
    default:
      throw new Error(`No schema says what ${rule.kind} is.`);
  }
}

function whole(): Schema {
  return { type: "integer", minimum: 0 };
}

function time(): Schema {
  return { type: "string", format: "date-time" };
}

/** One of {@link Schemas}. */
export function ref(name: keyof Schemas): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
