/** A job is under way: how far it has come, what it makes, and where the time goes. */

import type { Progress, Stage } from "@tatami/upscale";
import { element } from "@tatami/example-parts/element";
import { formatDuration, formatRate } from "@tatami/example-parts/format";
import { mountViewer, paint } from "../viewer/mount.ts";
import type { Box } from "../viewer/zoom.ts";
import type { JobListener } from "../work/protocol.ts";

export interface WorkingView extends JobListener {
  /** Begins with nothing known yet. */
  begin(file: File): void;
  /** The job stands still, or goes on. */
  pause(isPaused: boolean): void;
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
  const cancel = element("[data-action=cancel]", HTMLButtonElement);
  const pause = element("[data-action=pause]", HTMLButtonElement);
  const rows = createStageRows(element("#stages", HTMLElement));
  const figures = createFigures();
  const picture = createLatestPicture(element("#working-viewer", HTMLElement));
  let name = "";
  let isPaused = false;

  const showTitle = (share: number | undefined): void => {
    const done = share === undefined ? "" : `${Math.floor(share * 100)} % · `;
    document.title = `${isPaused ? "Paused · " : ""}${done}${name} – Tatami`;
  };
  return {
    begin: (file) => {
      ({ name } = file);
      isPaused = false;
      picture.begin(file);
      title.textContent = `Upscaling ${name}`;
      stage.textContent = "Getting ready";
      figures.clear();
      rows.clear();
      cancel.disabled = pause.disabled = false;
      pause.textContent = "Pause";
      showTitle(undefined);
    },
    onPreview: picture.show,
    end: picture.end,
    onProgress: (progress) => {
      const slowest = rows.update(progress.stageMs);
      const share = figures.show(progress);
      const { framesDone, framesTotal } = progress;
      const finishing = framesTotal !== undefined && framesDone >= framesTotal;
      if (!cancel.disabled && !isPaused)
        stage.textContent = finishing
          ? "Finishing the file"
          : (wentOn(progress) ?? `Most of the time goes to ${slowest}`);
      showTitle(share);
    },
    pause: (next) => {
      isPaused = next;
      pause.textContent = isPaused ? "Go on" : "Pause";
      stage.textContent = isPaused ? "Paused. Nothing is lost." : "Going on";
      title.textContent = isPaused ? `${name} is paused` : `Upscaling ${name}`;
    },
    stopping: () => {
      cancel.disabled = pause.disabled = true;
      stage.textContent = "Stopping";
    },
  };
};

/** What a closed page had left, for as long as nothing was added to it. */
const wentOn = ({ framesDone, framesTotal, segments }: Progress): string | undefined => {
  if (segments === undefined || segments.kept === 0 || framesDone > segments.keptFrames) return undefined;
  const share =
    framesTotal === undefined ? "Some" : `${Math.floor((100 * segments.keptFrames) / framesTotal)} %`;
  return `${share} is there from before. Going on`;
};

/** @returns of `show`: from 0 to 1 how far it has come, where that is known */
const createFigures = (): { clear(): void; show(progress: Progress): number | undefined } => {
  const bar = element("#progress", HTMLProgressElement);
  const [percent, frames, rate, left, reused] = ["percent", "frames", "rate", "left", "reused"].map((id) =>
    element(`#${id}`, HTMLElement),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  return {
    clear: () => {
      bar.removeAttribute("value");
      percent.textContent = "";
      for (const figure of [frames, rate, left, reused]) figure.textContent = "–";
    },
    show: ({ framesDone, framesTotal, framesPerSecond, secondsLeft, patchesComputed, patchesReused }) => {
      const patches = patchesComputed + patchesReused;
      reused.textContent = patches === 0 ? "–" : `${Math.round((100 * patchesReused) / patches)} %`;
      frames.textContent = framesTotal === undefined ? `${framesDone}` : `${framesDone} of ${framesTotal}`;
      rate.textContent = formatRate(framesPerSecond);
      left.textContent = secondsLeft === undefined ? "–" : formatDuration(Math.ceil(secondsLeft));
      if (framesTotal === undefined || framesTotal === 0) return undefined;
      const share = Math.min(1, framesDone / framesTotal);
      bar.value = share;
      percent.textContent = `${Math.floor(share * 100)} %`;
      return share;
    },
  };
};

/** The latest finished frame beside the same frame of the original. */
const createLatestPicture = (
  root: HTMLElement,
): {
  begin(file: File): void;
  /** Takes the picture. */
  show(picture: ImageBitmap, timestamp: number): void;
  end(): void;
} => {
  const { viewer, before, after } = mountViewer(root, { before: "video", after: "canvas" });
  element(".tools", HTMLElement, root).remove();
  element(".tag.after", HTMLElement, root).textContent = "Latest frame";
  let url = "";
  const beforeSize = (): Box | undefined =>
    before.error === null && before.videoWidth > 0
      ? { width: before.videoWidth, height: before.videoHeight }
      : undefined;
  before.addEventListener("loadedmetadata", () => {
    const size = beforeSize();
    if (size === undefined || viewer.stage.dataset["shows"] !== "nothing") return;
    viewer.setSizes(size, { width: 2 * size.width, height: 2 * size.height }, true);
    viewer.shows("before");
  });
  return {
    begin: (file) => {
      viewer.shows("nothing");
      viewer.setLine(50);
      before.src = url = URL.createObjectURL(file);
    },
    show: (picture, timestamp) => {
      const size = beforeSize();
      viewer.setSizes(size ?? picture, picture);
      viewer.shows(size === undefined ? "after" : "both");
      // a hair past the frame's start, so that rounding does not show the one before it
      before.currentTime = timestamp + 0.001;
      paint(after, picture);
    },
    end: () => {
      before.removeAttribute("src");
      before.load();
      URL.revokeObjectURL(url);
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
