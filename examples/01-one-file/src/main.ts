/** The page: choose a file, upscale it in a worker, compare, save. */

import type { SerializedTatamiError } from "@tatami/core";
import sampleUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { createDoneView } from "./done-view.ts";
import { acceptDrops } from "./drop-zone.ts";
import { element } from "./element.ts";
import { startJob, type Job } from "./job.ts";
import type { JobOutcome, JobRequest } from "./protocol.ts";
import { createReadyView } from "./ready-view.ts";
import { openClip, type SourceClip } from "./source-clip.ts";
import { showState } from "./view-state.ts";
import { createWorkingView } from "./working-view.ts";

const picker = element("#file", HTMLInputElement);
const working = createWorkingView();
const done = createDoneView();
const ready = createReadyView((request) => void run(request));
let clip: SourceClip | undefined;
let job: Job | undefined;

const choose = (file: File): void => {
  done.clear();
  const former = clip;
  clip = openClip(file);
  ready.show(clip);
  former?.revoke();
  showState("ready", `${file.name} chosen.`);
};

const run = async (request: JobRequest): Promise<void> => {
  if (clip === undefined || job !== undefined) return;
  done.clear();
  working.begin(clip);
  showState("working", `Upscaling ${request.file.name}.`);
  const started = performance.now();
  job = startJob(request, working);
  const outcome = await job.outcome;
  job = undefined;
  working.end();
  await finish(clip, request, outcome, (performance.now() - started) / 1000);
};

const finish = async (
  source: SourceClip,
  request: JobRequest,
  outcome: JobOutcome,
  seconds: number,
): Promise<void> => {
  if (outcome.kind === "cancelled") return back("Cancelled. Nothing was saved.");
  if (outcome.kind === "failed") return fail(outcome.error, source.file.name);
  const { summary } = outcome;
  const blob = outcome.blob ?? (await request.output?.getFile().catch(() => undefined));
  if (blob === undefined) return fail(resultLost, source.file.name);
  const writtenTo = request.output?.name;
  done.show({ clip: source, summary, blob, seconds, ...(writtenTo === undefined ? {} : { writtenTo }) });
  showState("done", "The video is ready.");
};

const resultLost: SerializedTatamiError = {
  code: "output-failed",
  message: "The video was made, but the file it was written to can no longer be read.",
  fix: "See whether it is where you saved it; if not, try again without writing straight to disk.",
  detail: {},
};

const fail = (error: SerializedTatamiError, fileName: string): void => {
  element("#failed-message", HTMLElement).textContent = error.message;
  element("#failed-fix", HTMLElement).textContent = error.fix;
  element("#failed-code", HTMLElement).textContent = error.code;
  element("#failed-file", HTMLElement).textContent = fileName;
  showState("failed");
};

const back = (notice?: string): void => {
  if (clip === undefined) return;
  done.clear();
  ready.show(clip, notice);
  showState("ready", notice);
};

const chooseSample = async (): Promise<void> => {
  const response = await fetch(sampleUrl);
  choose(new File([await response.blob()], "frog.mp4", { type: "video/mp4" }));
};

const actions: Readonly<Record<string, () => void>> = {
  choose: () => picker.click(),
  sample: () => void chooseSample(),
  back: () => back(),
  cancel: () => {
    working.stopping();
    job?.cancel();
  },
};

for (const button of document.querySelectorAll<HTMLElement>("[data-action]")) {
  button.addEventListener("click", () => actions[button.dataset["action"] ?? ""]?.());
}
picker.addEventListener("change", () => {
  const file = picker.files?.[0];
  picker.value = ""; // So that the same file can be chosen again.
  if (file !== undefined) choose(file);
});
acceptDrops(document.body, () => job === undefined, choose);
addEventListener("beforeunload", (event) => {
  if (job !== undefined) event.preventDefault();
});
element("#environment", HTMLElement).textContent = crossOriginIsolated
  ? ""
  : "This page is not cross-origin isolated, so the engine runs on one thread. The README says how to serve it.";
