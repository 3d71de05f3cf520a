/** The page: choose clips, train in a worker, look, save. */

import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { element } from "@tatami/example-parts/element";
import type { JobOutcome } from "@tatami/example-parts/job";
import { connectPage, fetchFile } from "@tatami/example-parts/page-actions";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import { listModels } from "@tatami/zoo";
import { createDoneView } from "./done-view.ts";
import type { TuneRequest, TuneResult } from "./protocol.ts";
import { startTuning, type Tuning } from "./tuning.ts";
import { createWorkingView } from "./working-view.ts";

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

const finish = (outcome: JobOutcome<{ readonly result: TuneResult }>, { from: start }: TuneRequest): void => {
  switch (outcome.kind) {
    case "cancelled":
      return ready("Cancelled. Nothing was kept.");
    case "failed":
      return showFailure(outcome.error);
    case "done":
      done.show(outcome.result, start);
      showState("done", "The model is ready.");
  }
};

for (const { name, scale, track } of listModels())
  from.add(
    new Option(`${name} (×${scale}, ${track === "camera" ? "for cameras" : "for clean video"})`, name),
  );
from.value = listModels().some(({ name }) => name === "m5-x2-camera") ? "m5-x2-camera" : "m5-x2";
element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void run(readSettings());
});
connectPage({
  isBusy: () => tuning !== undefined,
  choose,
  actions: {
    sample: () => void fetchFile(sampleUrl, "bunny.mp4").then((file) => choose([file])),
    back: () => ready(),
    save: () => done.save(),
    finish: () => {
      working.stopping("Judging what it has learned so far");
      void tuning?.remote.finish();
    },
    cancel: () => {
      working.stopping("Stopping");
      tuning?.cancel();
    },
  },
});
element("#environment", HTMLElement).textContent = crossOriginIsolated
  ? ""
  : "This page is not cross-origin isolated, so it trains on one thread. The README says how to serve it.";
