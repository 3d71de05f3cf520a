/** The result: before and after, the file to save, what is not as it was, and how it was made. */

import { element } from "@tatami/example-parts/element";
import { formatBytes, formatDuration, formatRate } from "@tatami/example-parts/format";
import { withoutCauses } from "@tatami/example-parts/page-error";
import { resultName } from "@tatami/example-parts/result-name";
import { nameCodec } from "@tatami/example-parts/seen-file";
import { createComparison } from "./comparison.ts";
import type { FinishedFile } from "./other-files.ts";
import type { JobSummary } from "./protocol.ts";
import type { SourceClip } from "./source-clip.ts";

/** A finished job. */
export interface Result {
  readonly clip: SourceClip;
  readonly summary: JobSummary;
  /** The upscaled file. */
  readonly blob: Blob;
  /** Its name on disk, when it was written there already. */
  readonly writtenTo?: string;
  /** Seconds from the start of the job to its end. */
  readonly seconds: number;
}

export interface DoneView {
  /** @returns the file, whose address is the caller's to revoke */
  show(result: Result): FinishedFile;
  /** Stops showing it. */
  clear(): void;
}

export const createDoneView = (): DoneView => {
  const comparison = createComparison(element("#comparison", HTMLElement));
  const title = element("#done-title", HTMLElement);
  const facts = element("#done-facts", HTMLElement);
  const save = element("#save", HTMLAnchorElement);
  const how = element("#how", HTMLElement);
  let shown: FinishedFile | undefined;
  save.addEventListener("click", () => {
    if (shown) shown.isSaved = true;
  });

  const clear = (): void => {
    comparison.clear();
    save.removeAttribute("href");
    shown = undefined;
  };

  const show = (result: Result): FinishedFile => {
    clear();
    const { clip, summary, blob, writtenTo } = result;
    const { input, output } = summary;
    const url = URL.createObjectURL(blob);
    const name = resultName(clip.file.name, `${output.width}x${output.height}`, summary.container);
    shown = { name, url, isSaved: writtenTo !== undefined };
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
      ...describe(result).flatMap(([term, text]) => [createText("dt", term), createText("dd", text)]),
    );
    comparison.show({
      before: clip.url,
      after: url,
      beforeSize: `${input.width} × ${input.height}`,
      afterSize: `${output.width} × ${output.height}`,
    });
    return shown;
  };

  return { show, clear };
};

const describe = ({ summary, seconds }: Result): [string, string][] => {
  const rate = summary.frames / seconds;
  const { patchesComputed, patchesReused } = summary.progress;
  const rows: [string, string][] = [
    ["Model", summary.model],
    ["Engine", summary.engine],
    ["Time", `${formatDuration(seconds)}, ${formatRate(rate)} frames a second`],
    ["Patches", `${patchesReused} of ${patchesComputed + patchesReused} taken over from earlier frames`],
    ["Video", `${nameCodec(summary.codec)} in ${summary.container.toUpperCase()}`],
    ["Bit rate", `${formatRate(summary.bitrate / 1e6)} Mbit/s`],
    ["Read and written by", summary.driver],
  ];
  for (const message of summary.damaged) rows.push(["Damage", message]);
  for (const { candidate, reason } of summary.rejected) rows.push([`Not used: ${candidate}`, reason]);
  return rows;
};

const createText = (tag: string, text: string): HTMLElement => {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
};
