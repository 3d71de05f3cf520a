/** The result: before and after, the file to save, what is not as it was, and how it was made. */

import { element } from "@tatami/example-parts/element";
import { formatBytes, formatDuration, formatRate } from "@tatami/example-parts/format";
import { withoutCauses } from "@tatami/example-parts/page-error";
import { nameCodec } from "@tatami/example-parts/file/seen-file";
import type { JobSummary } from "../work/protocol.ts";
import { createComparison } from "./comparison.ts";

/** A finished job. */
export interface Result {
  readonly source: File;
  readonly summary: JobSummary;
  /** What the file is to be called. */
  readonly name: string;
  /** Of the upscaled file, until it is discarded. */
  readonly url: string;
  /** Its name on disk, when it was written there already. */
  readonly writtenTo?: string;
  /** Seconds of the original at which it begins. @defaultValue 0 */
  readonly start?: number;
}

export interface DoneView {
  show(result: Result): void;
  /** Stops showing it. */
  clear(): void;
}

/** @param onSaved told when the file that is shown was saved */
export const createDoneView = (onSaved: () => void): DoneView => {
  const comparison = createComparison(element("#comparison", HTMLElement));
  const title = element("#done-title", HTMLElement);
  const facts = element("#done-facts", HTMLElement);
  const save = element("#save", HTMLAnchorElement);
  const how = element("#how", HTMLElement);
  let sourceUrl: string | undefined;
  save.addEventListener("click", onSaved);

  const clear = (): void => {
    comparison.clear();
    save.removeAttribute("href");
    if (sourceUrl !== undefined) URL.revokeObjectURL(sourceUrl);
    sourceUrl = undefined;
  };
  const show = (result: Result): void => {
    clear();
    const { source, summary, name, url, writtenTo, start } = result;
    const { input, output } = summary;
    title.textContent = writtenTo === undefined ? `${name} is ready` : `Saved to ${writtenTo}`;
    facts.textContent = `${output.width} × ${output.height}, from ${input.width} × ${input.height} · ${summary.frames} frames · ${formatBytes(summary.size)}`;
    save.hidden = writtenTo !== undefined;
    save.href = url;
    save.download = name;
    for (const part of ["damaged", "changed", "leftOut"] as const) {
      const list = element(`[data-told=${part}]`, HTMLElement);
      list.replaceChildren(...summary[part].map((message) => createText("li", withoutCauses(message))));
      list.parentElement!.hidden = summary[part].length === 0;
    }
    how.replaceChildren(
      ...describe(summary).flatMap(([term, text]) => [createText("dt", term), createText("dd", text)]),
    );
    sourceUrl = URL.createObjectURL(source);
    comparison.show({
      before: sourceUrl,
      after: url,
      beforeSize: input,
      afterSize: output,
      ...(start === undefined ? {} : { start }),
    });
  };
  return { show, clear };
};

const describe = (summary: JobSummary): [string, string][] => {
  const { patchesComputed, patchesReused, segments } = summary.progress;
  const kept = segments?.keptFrames ?? 0;
  const rate = summary.frames / summary.seconds;
  const rows: [string, string][] = [
    ["Network", `${summary.model}, strength ${Math.round(summary.strength * 100)} %`],
    ...(summary.choice === "" ? [] : [["Why", summary.choice] as [string, string]]),
    ...(summary.fusion === undefined ? [] : [["Fixed camera", summary.fusion] as [string, string]]),
    ["Engine", summary.engine],
    ["Time", `${formatDuration(summary.seconds)}, ${formatRate(rate)} frames a second`],
    ...(kept === 0
      ? []
      : [["Went on", `${kept} of ${summary.frames} frames were there from before`] as [string, string]]),
    ["Patches", `${patchesReused} of ${patchesComputed + patchesReused} taken over from earlier frames`],
    ["Video", `${nameCodec(summary.codec)} in ${summary.container.toUpperCase()}`],
    ["Bit rate", `${formatRate(summary.bitrate / 1e6)} Mbit/s`],
    ["Read and written by", summary.driver],
  ];
  for (const message of summary.damaged) rows.push(["Damage", message]);
  for (const { candidate, reason } of summary.rejected) rows.push([`Not used: ${candidate}`, reason]);
  return rows;
};

const createText = (tag: string, text: string): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text });
