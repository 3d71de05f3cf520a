/** The page: choose a file, pass it through the pipeline in a worker, look, save. */

import type { MediaDescription, SerializedTatamiError } from "@tatami/core";
import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { lookAtFile } from "@tatami/example-parts/file/look-at-file";
import { offerModels } from "@tatami/example-parts/model-choice";
import { connectPage, chooseSamples, mayDiscard } from "@tatami/example-parts/page-actions";
import { describeSeen } from "@tatami/example-parts/file/seen-file";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import { listModels } from "@tatami/zoo";
import { createDoneView } from "./done-view.ts";
import { startPipeline } from "./job.ts";
import type { PipelineJob } from "./job.ts";
import type { PipelineRequest } from "./protocol.ts";
import { createWorkingView } from "./working-view.ts";

const model = element("#model", HTMLSelectElement);
const limit = element("#limit", HTMLInputElement);
const limitValue = element("#limit-value", HTMLOutputElement);
const notice = element("#notice", HTMLElement);
const working = createWorkingView();
const done = createDoneView();
const facts = element("#ready-facts", HTMLElement);
const submit = element("#settings [type=submit]", HTMLButtonElement);
let file: File | undefined;
let seen: MediaDescription | undefined;
let looking: ReturnType<typeof lookAtFile> | undefined;
let job: PipelineJob | undefined;

const choose = async (chosen: File): Promise<void> => {
  if (!mayDiscard(done.isUnsaved(), "video")) return;
  looking?.cancel();
  file = chosen;
  seen = undefined;
  ready();
  looking = lookAtFile(chosen);
  const outcome = await looking.outcome;
  if (outcome.kind === "done") outcome.picture?.close();
  if (file !== chosen || outcome.kind === "cancelled") return;
  if (outcome.kind === "failed") return fail(outcome.error, false);
  seen = outcome.description;
  describe();
};

const describe = (): void => {
  submit.disabled = seen === undefined;
  const scale = listModels().find(({ name }) => name === model.value)?.scale ?? 1;
  facts.textContent =
    seen === undefined || file === undefined ? "Looking at it …" : describeSeen(seen, file.size, scale);
};

/** @param isReadable whether it may be tried again with other settings */
const fail = (error: SerializedTatamiError, isReadable: boolean): void => {
  element("[data-view=failed] [data-action=back]", HTMLElement).hidden = !isReadable;
  showFailure(error, file?.name);
};

const ready = (message = ""): void => {
  if (file === undefined) return showState("empty");
  done.clear();
  element("#ready-title", HTMLElement).textContent = file.name;
  notice.textContent = message;
  notice.hidden = message === "";
  describe();
  showState("ready", message || `${file.name} chosen.`);
};

const run = async (request: PipelineRequest): Promise<void> => {
  if (job !== undefined) return;
  working.begin(request);
  showState("working", `Enlarging what moves in ${request.file.name}.`);
  const started = performance.now();
  job = startPipeline(request, working.update);
  const outcome = await job.outcome;
  job = undefined;
  if (outcome.kind === "cancelled") return ready("Cancelled. Nothing was saved.");
  if (outcome.kind === "failed") return fail(outcome.error, true);
  done.show(outcome.result, request.file.name, (performance.now() - started) / 1000);
  showState("done", "The video is ready.");
};

const showLimit = (): void => {
  limitValue.value = `over ${limit.value} % of the picture changes`;
};

offerModels(model, "m5-x2");
model.addEventListener("change", describe);
limit.addEventListener("input", showLimit);
showLimit();
element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  if (file !== undefined) void run({ file, model: model.value, limit: limit.valueAsNumber / 100 });
});
connectPage({
  wouldLose: () => job !== undefined || done.isUnsaved(),
  isOpen: () => job === undefined,
  choose: ([chosen]) => void choose(chosen!),
  actions: {
    sample: () =>
      void chooseSamples([{ url: sampleUrl, name: "bunny.mp4" }], ([sample]) => void choose(sample!)),
    back: () => {
      if (mayDiscard(done.isUnsaved(), "video")) ready();
    },
    cancel: () => {
      working.stopping();
      job?.cancel();
    },
  },
});
// FFmpeg encodes H.264 where the browser has no encoder
void checkPage({ encode: false });
