/** The file that was written. */

import { element } from "@tatami/example-parts/element";
import { formatBytes, formatDuration } from "@tatami/example-parts/format";
import { withoutCauses } from "@tatami/example-parts/page-error";
import { resultName } from "@tatami/example-parts/file/result-name";
import type { PipelineResult } from "./protocol.ts";

export interface DoneView {
  /** @param seconds that the run took */
  show(result: PipelineResult, sourceName: string, seconds: number): void;
  /** Lets go of the file. */
  clear(): void;
  /** Whether a file is shown that is nowhere else. */
  isUnsaved(): boolean;
}

export const createDoneView = (): DoneView => {
  const video = element("#result", HTMLVideoElement);
  const save = element("#save", HTMLAnchorElement);
  let url: string | undefined;
  let isSaved = true;
  save.addEventListener("click", () => (isSaved = true));
  const clear = (): void => {
    video.removeAttribute("src");
    video.load();
    save.removeAttribute("href");
    if (url !== undefined) URL.revokeObjectURL(url);
    url = undefined;
    isSaved = true;
  };
  return {
    clear,
    isUnsaved: () => !isSaved,
    show: (result, sourceName, seconds) => {
      clear();
      const { blob, width, height, frames, statistics, engine } = result;
      url = URL.createObjectURL(blob);
      isSaved = false;
      video.src = url;
      video.style.setProperty("--ratio", `${width} / ${height}`);
      save.href = url;
      save.download = resultName(sourceName, `${width}x${height}`, result.container);
      element("#done-title", HTMLElement).textContent = `${save.download} is ready`;
      element("#done-facts", HTMLElement).textContent =
        `${width} × ${height} · ${frames} of ${statistics.read} frames · ${formatBytes(blob.size)} · made in ${formatDuration(seconds)}`;
      const held = statistics.read - frames;
      element("#done-gate", HTMLElement).textContent =
        held === 0
          ? "Every frame moved enough to pass the gate."
          : `${held} frames moved too little: there the picture before them stays, and nothing was computed.`;
      // the chart of the run stays to be looked at
      element("#done-chart", HTMLElement).append(element("#motion", HTMLElement));
      element("#told", HTMLElement).replaceChildren(
        ...result.told.map((message) =>
          Object.assign(document.createElement("li"), { textContent: withoutCauses(message) }),
        ),
      );
      element("#done-engine", HTMLElement).textContent = engine;
    },
  };
};
