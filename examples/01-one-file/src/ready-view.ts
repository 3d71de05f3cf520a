/** A file is chosen: what it is, and how it shall be upscaled. */

import type { VideoCodec } from "@tatami/core";
import { listModels, type ModelCard } from "@tatami/zoo";
import { element } from "@tatami/example-parts/element";
import { formatBytes, formatDuration } from "@tatami/example-parts/format";
import { resultName } from "@tatami/example-parts/result-name";
import { askForFile, canWriteToDisk } from "./save-file.ts";
import { loadFacts, type ClipFacts, type SourceClip } from "./source-clip.ts";
import type { JobRequest } from "./protocol.ts";

export interface ReadyView {
  show(clip: SourceClip, notice?: string): void;
}

/** @param start called with what was asked for, when the form is sent. */
export const createReadyView = (start: (request: JobRequest) => void): ReadyView => {
  const video = element("#thumbnail", HTMLVideoElement);
  const title = element("#ready-title", HTMLElement);
  const facts = element("#ready-facts", HTMLElement);
  const noticeLine = element("#notice", HTMLElement);
  const model = element("#model", HTMLSelectElement);
  const codec = element("#codec", HTMLSelectElement);
  const quality = element("#quality", HTMLInputElement);
  const qualityValue = element("#quality-value", HTMLOutputElement);
  const reuse = element("#reuse", HTMLSelectElement);
  const tint = element("#tint", HTMLInputElement);
  const short = element("#short", HTMLInputElement);
  const toDisk = element("#to-disk", HTMLInputElement);
  let shown: { readonly clip: SourceClip; facts: ClipFacts | undefined } | undefined;

  const cards = new Map(listModels().map((card) => [card.name, card]));
  model.replaceChildren(...[...cards.values()].map((card) => new Option(describeModel(card), card.name)));
  model.value = "m5-x2";
  element("#to-disk-row", HTMLElement).hidden = !canWriteToDisk();

  const describe = (): void => {
    if (shown === undefined) return;
    const scale = cards.get(model.value)?.scale ?? 1;
    facts.textContent = describeClip(shown.clip, shown.facts, scale);
  };
  const learn = async (now: NonNullable<typeof shown>): Promise<void> => {
    const found = await loadFacts(video, now.clip);
    now.facts = found;
    if (shown !== now) return;
    describe();
    const ratio = found === undefined || found.height === 0 ? "" : String(found.width / found.height);
    video.parentElement?.style.setProperty("--ratio", ratio);
  };
  const say = (notice: string | undefined): void => {
    noticeLine.hidden = notice === undefined;
    noticeLine.textContent = notice ?? "";
  };
  const send = async (): Promise<void> => {
    if (shown === undefined) return;
    const { file } = shown.clip;
    const request: JobRequest = {
      file,
      model: model.value,
      quality: Number(quality.value),
      reuse: reuse.value as JobRequest["reuse"],
      ...(tint.checked ? { debugView: "reuse" } : {}),
      ...(codec.value === "" ? {} : { codec: codec.value as VideoCodec }),
      ...(short.checked ? { end: 5 } : {}),
    };
    if (!toDisk.checked) return start(request);
    const output = await askForFile(resultName(file.name, `x${cards.get(model.value)?.scale ?? 1}`));
    if (output !== undefined) start({ ...request, output });
  };

  model.addEventListener("change", describe);
  quality.addEventListener("input", () => (qualityValue.value = quality.value));
  element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    send().catch((error: unknown) => say(`The place to save to could not be opened: ${String(error)}`));
  });

  return {
    show: (clip, notice) => {
      title.textContent = clip.file.name;
      say(notice);
      if (shown?.clip === clip) return;
      const now: NonNullable<typeof shown> = { clip, facts: undefined };
      shown = now;
      describe();
      void learn(now);
    },
  };
};

const describeModel = ({ name, scale, track }: ModelCard): string =>
  `${name} · ×${scale}${track === "camera" ? " · for camera and compressed video" : ""}`;

const describeClip = (clip: SourceClip, facts: ClipFacts | undefined, scale: number): string => {
  const size = formatBytes(clip.file.size);
  if (facts === undefined || facts.width === 0) return size;
  const { width, height, duration } = facts;
  const becomes = `${width} × ${height} becomes ${width * scale} × ${height * scale}`;
  return `${becomes} · ${formatDuration(duration)} · ${size}`;
};
