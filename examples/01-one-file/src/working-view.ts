/** A job is under way: how far it has come, and where the time goes. */

import type { Stage } from "@tatami/upscale";
import { element } from "@tatami/example-parts/element";
import { formatDuration, formatRate } from "@tatami/example-parts/format";
import { createPreview } from "./preview.ts";
import type { JobListener } from "./protocol.ts";
import type { SourceClip } from "./source-clip.ts";

export interface WorkingView extends JobListener {
  /** Begins with nothing known yet. */
  begin(clip: SourceClip): void;
  /** The job was asked to stop, and is tidying up. */
  stopping(): void;
  /** Lets go of the pictures. */
  end(): void;
}

/** What each stage does, in the words of the page, in order. */
const stageWords: Readonly<Record<Stage, string>> = {
  decode: "reading",
  split: "cutting up",
  infer: "enlarging",
  assemble: "joining",
  encode: "writing",
};

export const createWorkingView = (): WorkingView => {
  const title = element("#working-title", HTMLElement);
  const stage = element("#stage", HTMLElement);
  const bar = element("#progress", HTMLProgressElement);
  const percent = element("#percent", HTMLElement);
  const frames = element("#frames", HTMLElement);
  const rate = element("#rate", HTMLElement);
  const left = element("#left", HTMLElement);
  const reused = element("#reused", HTMLElement);
  const cancel = element("[data-action=cancel]", HTMLButtonElement);
  const rows = createStageRows(element("#stages", HTMLElement));
  const preview = createPreview(element("#preview", HTMLElement));
  let name = "";

  return {
    begin: (clip) => {
      name = clip.file.name;
      preview.begin(clip);
      title.textContent = `Upscaling ${name}`;
      stage.textContent = "Getting ready";
      bar.removeAttribute("value");
      percent.textContent = "";
      for (const figure of [frames, rate, left, reused]) figure.textContent = "–";
      rows.clear();
      cancel.disabled = false;
      document.title = `${name} – Tatami`;
    },
    onPreview: preview.show,
    end: preview.end,
    onProgress: (progress) => {
      const { framesDone, framesTotal, framesPerSecond, secondsLeft, patchesReused } = progress;
      const patches = progress.patchesComputed + patchesReused;
      reused.textContent = patches === 0 ? "–" : `${Math.round((100 * patchesReused) / patches)} %`;
      frames.textContent = framesTotal === undefined ? `${framesDone}` : `${framesDone} of ${framesTotal}`;
      rate.textContent = formatRate(framesPerSecond);
      left.textContent = secondsLeft === undefined ? "–" : formatDuration(Math.ceil(secondsLeft));
      const slowest = rows.update(progress.stageMs);
      const finishing = framesTotal !== undefined && framesDone >= framesTotal;
      if (!cancel.disabled)
        stage.textContent = finishing ? "Finishing the file" : `Most of the time goes to ${slowest}`;
      if (framesTotal === undefined || framesTotal === 0) return;
      const done = Math.min(1, framesDone / framesTotal);
      bar.value = done;
      percent.textContent = `${Math.floor(done * 100)} %`;
      document.title = `${Math.floor(done * 100)} % · ${name} – Tatami`;
    },
    stopping: () => {
      cancel.disabled = true;
      stage.textContent = "Stopping";
    },
  };
};

/** One bar a stage, as long as its share of the slowest. */
const createStageRows = (
  list: HTMLElement,
): { clear(): void; update(stageMs: Readonly<Record<Stage, number>>): string } => {
  const rows = (Object.keys(stageWords) as Stage[]).map((stage) => {
    const item = document.createElement("li");
    const label = document.createElement("span");
    const meter = document.createElement("i");
    const value = document.createElement("b");
    label.textContent = stageWords[stage];
    item.append(label, meter, value);
    list.append(item);
    return { stage, item, value };
  });
  return {
    clear: () => {
      for (const { item, value } of rows) {
        item.style.setProperty("--share", "0");
        value.textContent = "";
      }
    },
    update: (stageMs) => {
      const most = Math.max(...Object.values(stageMs), Number.EPSILON);
      for (const { stage, item, value } of rows) {
        item.style.setProperty("--share", String(stageMs[stage] / most));
        value.textContent = `${formatRate(stageMs[stage])} ms`;
      }
      const slowest = rows.find(({ stage }) => stageMs[stage] === most)?.stage ?? "infer";
      return stageWords[slowest];
    },
  };
};
