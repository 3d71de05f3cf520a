/** The page: choose a file, upscale it in a worker, compare, save. */

import type { SerializedTatamiError } from "@tatami/core";
import sampleUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { element } from "@tatami/example-parts/element";
import type { JobOutcome } from "@tatami/example-parts/job";
import { connectPage, fetchFile } from "@tatami/example-parts/page-actions";
import { showFailure, showState, type ViewState } from "@tatami/example-parts/view-state";
import { createDoneView } from "./done-view.ts";
import { startUpscaleJob, type UpscaleJob } from "./job.ts";
import type { JobRequest, JobResult } from "./protocol.ts";
import { createReadyView } from "./ready-view.ts";
import { openClip, type SourceClip } from "./source-clip.ts";
import { createWorkingView } from "./working-view.ts";

const working = createWorkingView();
const done = createDoneView();
const ready = createReadyView((request) => void run(request));
const title = document.title;
let clip: SourceClip | undefined;
let job: UpscaleJob | undefined;

const show = (state: ViewState, announcement?: string): void => {
  if (state !== "working") document.title = title;
  showState(state, announcement);
};

const choose = (file: File): void => {
  done.clear();
  const former = clip;
  clip = openClip(file);
  ready.show(clip);
  former?.revoke();
  show("ready", `${file.name} chosen.`);
};

const run = async (request: JobRequest): Promise<void> => {
  if (clip === undefined || job !== undefined) return;
  done.clear();
  working.begin(clip);
  show("working", `Upscaling ${request.file.name}.`);
  const started = performance.now();
  job = startUpscaleJob(request, working);
  const outcome = await job.outcome;
  job = undefined;
  working.end();
  await finish(clip, request, outcome, (performance.now() - started) / 1000);
};

const finish = async (
  source: SourceClip,
  request: JobRequest,
  outcome: JobOutcome<JobResult>,
  seconds: number,
): Promise<void> => {
  if (outcome.kind === "cancelled") return back("Cancelled. Nothing was saved.");
  if (outcome.kind === "failed") return fail(outcome.error, source.file.name);
  const { summary } = outcome;
  const blob = outcome.blob ?? (await request.output?.getFile().catch(() => undefined));
  if (blob === undefined) return fail(resultLost, source.file.name);
  const writtenTo = request.output?.name;
  done.show({ clip: source, summary, blob, seconds, ...(writtenTo === undefined ? {} : { writtenTo }) });
  show("done", "The video is ready.");
};

const resultLost: SerializedTatamiError = {
  code: "output-failed",
  message: "The video was made, but the file it was written to can no longer be read.",
  fix: "See whether it is where you saved it; if not, try again without writing straight to disk.",
  detail: {},
};

const fail = (error: SerializedTatamiError, fileName: string): void => {
  document.title = title;
  element("#failed-file", HTMLElement).textContent = fileName;
  showFailure(error);
};

const back = (notice?: string): void => {
  if (clip === undefined) return;
  done.clear();
  ready.show(clip, notice);
  show("ready", notice);
};

connectPage({
  isBusy: () => job !== undefined,
  choose: ([file]) => choose(file!),
  actions: {
    sample: () => void fetchFile(sampleUrl, "frog.mp4").then(choose),
    back: () => back(),
    cancel: () => {
      working.stopping();
      job?.cancel();
    },
  },
});
element("#environment", HTMLElement).textContent = crossOriginIsolated
  ? ""
  : "This page is not cross-origin isolated, so the engine runs on one thread. The README says how to serve it.";
