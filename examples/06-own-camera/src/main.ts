/** The page: choose clips, train in a worker, look, save. */

import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { listModels } from "@tatami/zoo";
import { createDoneView } from "./done-view.ts";
import { acceptDrops } from "./drop-zone.ts";
import { element } from "./element.ts";
import type { TuneOutcome, TuneRequest } from "./protocol.ts";
import { startTuning, type Tuning } from "./tuning.ts";
import { showState } from "./view-state.ts";
import { createWorkingView } from "./working-view.ts";

const picker = element("#file", HTMLInputElement);
const notice = element("#notice", HTMLElement);
const from = element("#from", HTMLSelectElement);
const working = createWorkingView();
const done = createDoneView();
let files: readonly File[] = [];
let tuning: Tuning | undefined;

const choose = (chosen: readonly File[]): void => {
  files = chosen;
  ready();
};

const ready = (message = ""): void => {
  if (files.length === 0) return showState("empty");
  const names = files.map(({ name }) => name).join(", ");
  element("#ready-title", HTMLElement).textContent = files.length > 3 ? `${files.length} clips` : names;
  notice.textContent = message;
  notice.hidden = message === "";
  showState("ready", message || `${files.length} chosen.`);
};

const readSettings = (): TuneRequest => {
  const numberOf = (id: string): number => element(id, HTMLInputElement).valueAsNumber;
  const steps = numberOf("#steps");
  return {
    files,
    from: from.value,
    minutes: numberOf("#minutes"),
    frames: numberOf("#frames"),
    ...(Number.isNaN(steps) ? {} : { steps }),
  };
};

const run = async (request: TuneRequest): Promise<void> => {
  if (tuning !== undefined) return;
  working.begin();
  showState("working", "Training begins.");
  tuning = startTuning(request, working.update);
  const outcome = await tuning.outcome;
  tuning = undefined;
  finish(outcome, request);
};

const finish = (outcome: TuneOutcome, { from: start }: TuneRequest): void => {
  switch (outcome.kind) {
    case "cancelled":
      return ready("Cancelled. Nothing was kept.");
    case "failed":
      element("#failed-message", HTMLElement).textContent = outcome.error.message;
      element("#failed-fix", HTMLElement).textContent = outcome.error.fix;
      element("#failed-code", HTMLElement).textContent = outcome.error.code;
      return showState("failed");
    case "done":
      done.show(outcome.result, start);
      showState("done", "The model is ready.");
  }
};

const chooseSample = async (): Promise<void> => {
  const response = await fetch(sampleUrl);
  choose([new File([await response.blob()], "bunny.mp4", { type: "video/mp4" })]);
};

const actions: Readonly<Record<string, () => void>> = {
  choose: () => picker.click(),
  sample: () => void chooseSample(),
  back: () => ready(),
  save: () => done.save(),
  finish: () => {
    working.stopping("Judging what it has learned so far");
    tuning?.finish();
  },
  cancel: () => {
    working.stopping("Stopping");
    tuning?.cancel();
  },
};

for (const { name, scale, track } of listModels())
  from.add(
    new Option(`${name} (×${scale}, ${track === "camera" ? "for cameras" : "for clean video"})`, name),
  );
from.value = listModels().some(({ name }) => name === "m5-x2-camera") ? "m5-x2-camera" : "m5-x2";
for (const button of document.querySelectorAll<HTMLElement>("[data-action]"))
  button.addEventListener("click", () => actions[button.dataset["action"] ?? ""]?.());
picker.addEventListener("change", () => {
  const chosen = [...(picker.files ?? [])];
  picker.value = ""; // So that the same files can be chosen again.
  if (chosen.length > 0) choose(chosen);
});
element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void run(readSettings());
});
acceptDrops(document.body, () => tuning === undefined, choose);
addEventListener("beforeunload", (event) => {
  if (tuning !== undefined) event.preventDefault();
});
element("#environment", HTMLElement).textContent = crossOriginIsolated
  ? ""
  : "This page is not cross-origin isolated, so it trains on one thread. The README says how to serve it.";
