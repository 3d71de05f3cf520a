/** A file is chosen: what it is, and how it shall be upscaled. */

import { isHighDynamicRange, type VideoCodec } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import { formatBytes } from "@tatami/example-parts/format";
import type { SeenFile } from "@tatami/example-parts/look-at-file";
import { offerModels } from "@tatami/example-parts/model-choice";
import { resultName } from "@tatami/example-parts/result-name";
import { describeSeen } from "@tatami/example-parts/seen-file";
import { listModels } from "@tatami/zoo";
import type { JobRequest } from "./protocol.ts";
import { askForFile, canWriteToDisk } from "./save-file.ts";
import type { SourceClip } from "./source-clip.ts";

export interface ReadyView {
  /** Shows a file that is being looked at, or one that was before. */
  show(clip: SourceClip, notice?: string): void;
  /** What was seen in it, whose picture is taken: now it can be upscaled. */
  learn(clip: SourceClip, seen: SeenFile): void;
}

/** @param start called with what was asked for, when the form is sent. */
export const createReadyView = (start: (request: JobRequest) => void): ReadyView => {
  const thumbnail = createThumbnail();
  const title = element("#ready-title", HTMLElement);
  const facts = element("#ready-facts", HTMLElement);
  const noticeLine = element("#notice", HTMLElement);
  const model = element("#model", HTMLSelectElement);
  const toDisk = element("#to-disk", HTMLInputElement);
  const submit = element("#settings [type=submit]", HTMLButtonElement);
  let shown: { readonly clip: SourceClip; seen?: SeenFile } | undefined;

  offerModels(model, "m5-x2");
  element("#to-disk-row", HTMLElement).hidden = !canWriteToDisk();
  const scale = (): number => listModels().find(({ name }) => name === model.value)?.scale ?? 1;

  const describe = (): void => {
    if (shown === undefined) return;
    const { clip, seen } = shown;
    submit.disabled = seen === undefined;
    facts.textContent =
      seen === undefined
        ? `${formatBytes(clip.file.size)} · Looking at it …`
        : describeSeen(seen.description, clip.file.size, scale());
  };
  const say = (notice: string | undefined): void => {
    noticeLine.hidden = notice === undefined;
    noticeLine.textContent = notice ?? "";
  };
  const send = async (): Promise<void> => {
    if (shown?.seen === undefined) return;
    const { file } = shown.clip;
    const request = readSettings(file, model.value);
    if (!toDisk.checked) return start(request);
    const output = await askForFile(resultName(file.name, `x${scale()}`));
    if (output !== undefined) start({ ...request, output });
  };

  model.addEventListener("change", describe);
  const quality = element("#quality", HTMLInputElement);
  quality.addEventListener(
    "input",
    () => (element("#quality-value", HTMLOutputElement).value = quality.value),
  );
  element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    send().catch(() => say("The place to save to could not be opened. Choose another one."));
  });

  return {
    show: (clip, notice) => {
      title.textContent = clip.file.name;
      say(notice);
      if (shown?.clip === clip) return;
      shown = { clip };
      thumbnail.play(clip);
      describe();
    },
    learn: (clip, seen) => {
      if (shown?.clip !== clip) return seen.picture?.close();
      shown.seen = seen;
      describe();
      thumbnail.learn(seen);
      const { color, bitDepth } = seen.description.video;
      if (isHighDynamicRange(color) || (bitDepth ?? 8) > 8)
        say("This video has more brightness levels than can be written here: it becomes an ordinary one.");
    },
  };
};

const readSettings = (file: File, model: string): JobRequest => {
  const codec = element("#codec", HTMLSelectElement).value;
  return {
    file,
    model,
    quality: Number(element("#quality", HTMLInputElement).value),
    reuse: element("#reuse", HTMLSelectElement).value as JobRequest["reuse"],
    toSdr: true,
    ...(element("#tint", HTMLInputElement).checked ? { debugView: "reuse" } : {}),
    ...(codec === "" ? {} : { codec: codec as VideoCodec }),
    ...(element("#short", HTMLInputElement).checked ? { end: 5 } : {}),
  };
};

/** The clip's start: as the browser plays it, or as a picture where it does not. */
const createThumbnail = (): { play(clip: SourceClip): void; learn(seen: SeenFile): void } => {
  const video = element("#thumbnail", HTMLVideoElement);
  const picture = element("#first-picture", HTMLCanvasElement);
  const stage = element("#ready-stage", HTMLElement);
  const shape = (width: number, height: number): void => {
    if (height > 0) stage.style.setProperty("--ratio", String(width / height));
  };
  video.addEventListener("loadedmetadata", () => shape(video.videoWidth, video.videoHeight));
  video.addEventListener("error", () => (stage.dataset["shows"] = "picture"));
  return {
    play: (clip) => {
      stage.dataset["shows"] = "before";
      stage.style.removeProperty("--ratio");
      picture.width = 0;
      video.src = clip.url;
    },
    learn: ({ picture: first }) => {
      if (first === undefined) return;
      if (video.error !== null || video.videoWidth === 0) shape(first.width, first.height);
      Object.assign(picture, { width: first.width, height: first.height });
      picture.getContext("bitmaprenderer")?.transferFromImageBitmap(first);
    },
  };
};
