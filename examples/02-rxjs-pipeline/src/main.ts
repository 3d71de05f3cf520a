/** The page: choose a file, pass it through the pipeline in a worker, look, save. */

import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { element } from "@tatami/example-parts/element";
import { connectPage, fetchFile } from "@tatami/example-parts/page-actions";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import { listModels } from "@tatami/zoo";
import { createDoneView } from "./done-view.ts";
import { startPipeline, type PipelineJob } from "./job.ts";
import type { PipelineRequest } from "./protocol.ts";
import { createWorkingView } from "./working-view.ts";

const model = element("#model", HTMLSelectElement);
const limit = element("#limit", HTMLInputElement);
const limitValue = element("#limit-value", HTMLOutputElement);
const notice = element("#notice", HTMLElement);
const working = createWorkingView();
const done = createDoneView();
let file: File | undefined;
let job: PipelineJob | undefined;

const choose = (chosen: File): void => {
  file = chosen;
  ready();
};

const ready = (message = ""): void => {
  if (file === undefined) return showState("empty");
  done.clear();
  element("#ready-title", HTMLElement).textContent = file.name;
  notice.textContent = message;
  notice.hidden = message === "";
  showState("ready", message || `${file.name} chosen.`);
};

const run = async (request: PipelineRequest): Promise<void> => {
  if (job !== undefined) return;
  working.begin(request);
  showState("working", `The pipeline runs on ${request.file.name}.`);
  const started = performance.now();
  job = startPipeline(request, working.update);
  const outcome = await job.outcome;
  job = undefined;
  if (outcome.kind === "cancelled") return ready("Cancelled. Nothing was saved.");
  if (outcome.kind === "failed") return showFailure(outcome.error);
  done.show(outcome.result, request.file.name, (performance.now() - started) / 1000);
  showState("done", "The video is ready.");
};

const showLimit = (): void => {
  limitValue.value = `over ${limit.value} % of its patches change`;
};

for (const { name, scale } of listModels()) model.add(new Option(`${name} · ×${scale}`, name));
model.value = "m5-x2";
limit.addEventListener("input", showLimit);
showLimit();
element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  if (file !== undefined) void run({ file, model: model.value, limit: limit.valueAsNumber / 100 });
});
connectPage({
  isBusy: () => job !== undefined,
  choose: ([chosen]) => choose(chosen!),
  actions: {
    sample: () => void fetchFile(sampleUrl, "bunny.mp4").then(choose),
    back: () => ready(),
    cancel: () => {
      working.stopping();
      job?.cancel();
    },
  },
});
element("#environment", HTMLElement).textContent = crossOriginIsolated
  ? ""
  : "This page is not cross-origin isolated, so the engine runs on one thread. The README says how to serve it.";
