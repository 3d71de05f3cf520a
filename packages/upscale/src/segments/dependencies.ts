/** What the pictures of a job depend on, beside the input and the encoding: its networks and the options that change them. */

import type { Model } from "@tatami/graph";
import { writeOnnx } from "@tatami/graph";
import type { Job } from "../plan.ts";
import type { ResolvedUpscaleOptions } from "../resolve-options.ts";
import type { ResumeOptions } from "./resume.ts";

/**
 * By names for people, values that are compared as texts. Of what only moves bytes, such as what becomes of sound,
 * there is nothing: parts hold pictures alone.
 */
export async function dependenciesOf(
  { upscaler, strength, fusion }: Job,
  { read, open, strict, size }: ResolvedUpscaleOptions,
  { segmentSeconds, key }: Required<ResumeOptions>,
): Promise<Readonly<Record<string, string>>> {
  const { signal: _, ...opening } = open;
  const models = [...(upscaler.models ?? [upscaler.model]), ...(upscaler.second ? [upscaler.second] : [])];
  const hashes = await Promise.all(models.map(hashModel));
  return {
    model: hashes.join(", "),
    strength: String(strength),
    "routing loss": String(upscaler.routingLoss),
    fusion: fusion?.summary().mode ?? "off",
    reuse: JSON.stringify(upscaler.reuseBounds),
    cut: `${read.start ?? "its start"} to ${read.end ?? "its end"}`,
    reading: JSON.stringify({ ...opening, strict, size: size ?? null }),
    "segment length": String(segmentSeconds),
    options: key,
  };
}

async function hashModel(model: Model): Promise<string> {
  const bytes = new Uint8Array(writeOnnx(model));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `${model.name} ${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
