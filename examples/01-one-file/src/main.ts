/** The page: choose files, upscale one after another in a worker, compare, save. */

import type { SerializedTatamiError } from "@tatami/core";
import sampleUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { lookAtFile } from "@tatami/example-parts/look-at-file";
import { connectPage, chooseSamples } from "@tatami/example-parts/page-actions";
import { explainInPage } from "@tatami/example-parts/page-error";
import { showFailure, showState, type ViewState } from "@tatami/example-parts/view-state";
import { createDoneView } from "./done-view.ts";
import { startUpscaleJob, type UpscaleJob } from "./job.ts";
import { createOtherFiles, type FinishedFile } from "./other-files.ts";
import type { JobRequest } from "./protocol.ts";
import { createReadyView } from "./ready-view.ts";
import { openClip, type SourceClip } from "./source-clip.ts";
import { createWorkingView } from "./working-view.ts";

const working = createWorkingView();
const done = createDoneView();
const ready = createReadyView((request) => void runAll(request));
const others = createOtherFiles();
const title = document.title;
let clip: SourceClip | undefined;
let looking: ReturnType<typeof lookAtFile> | undefined;
let job: UpscaleJob | undefined;
/** From the first job's start until no file waits any more. */
let busy = false;
/** The result that is shown. */
let result: FinishedFile | undefined;

const show = (state: ViewState, announcement?: string): void => {
  if (state !== "working") document.title = title;
  showState(state, announcement);
};

const choose = (files: readonly File[]): void => {
  others.wait(files, busy ? "last" : "first");
  if (!busy) void openNext();
};

/** Opens the first of those that wait and can be read. @returns whether there is one */
const openNext = async (): Promise<boolean> => {
  for (let file = others.next(); file !== undefined; file = others.next()) {
    const outcome = await open(file);
    if (outcome !== "refused") return outcome === "opened";
  }
  return false;
};

/** `left`: another file was chosen meanwhile. */
const open = async (file: File): Promise<"opened" | "refused" | "left"> => {
  leaveResult();
  looking?.cancel();
  clip?.revoke();
  const now = (clip = openClip(file));
  ready.show(now);
  show("ready", `${file.name} chosen.`);
  looking = lookAtFile(file);
  const outcome = await looking.outcome;
  if (clip !== now) {
    if (outcome.kind === "done") outcome.picture?.close();
    return "left";
  }
  if (outcome.kind === "cancelled") return "left";
  if (outcome.kind === "done") ready.learn(now, outcome);
  else fail(outcome.error, file.name, "refused");
  return outcome.kind === "done" ? "opened" : "refused";
};

/** What is not saved yet stays at hand, below. */
const leaveResult = (): void => {
  done.clear();
  if (result !== undefined) others.keep(result);
  result = undefined;
};

/** One file after another, with the same settings. One that fails does not stop those behind it. */
const runAll = async (first: JobRequest): Promise<void> => {
  if (busy) return;
  busy = true;
  const { output: _, ...settings } = first;
  let request: JobRequest | undefined = first;
  while (request !== undefined) {
    const goesOn: boolean = (await run(request)) && (await openNext());
    request = goesOn && clip !== undefined ? { ...settings, file: clip.file } : undefined;
  }
  busy = false;
};

/** @returns whether it was not cancelled */
const run = async (request: JobRequest): Promise<boolean> => {
  if (clip === undefined) return false;
  const source = clip;
  leaveResult();
  working.begin(source);
  show("working", `Upscaling ${request.file.name}.`);
  const started = performance.now();
  job = startUpscaleJob(request, working);
  const outcome = await job.outcome;
  job = undefined;
  working.end();
  if (outcome.kind === "cancelled") back("Cancelled. Nothing was saved.");
  if (outcome.kind === "cancelled") return false;
  if (outcome.kind === "failed") fail(outcome.error, source.file.name, "broke off");
  if (outcome.kind === "failed") return true;
  const { summary } = outcome;
  const blob = outcome.blob ?? (await request.output?.getFile().catch(() => undefined));
  if (blob === undefined) fail(resultLost, source.file.name, "broke off");
  if (blob === undefined) return true;
  const seconds = (performance.now() - started) / 1000;
  const writtenTo = request.output?.name;
  result = done.show({
    clip: source,
    summary,
    blob,
    seconds,
    ...(writtenTo === undefined ? {} : { writtenTo }),
  });
  show("done", "The video is ready.");
  return true;
};

const resultLost: SerializedTatamiError = {
  code: "output-failed",
  message: "The video was made, but the file it was written to can no longer be read.",
  fix: "See whether it is where you saved it; if not, try again without writing straight to disk.",
  detail: {},
};

/** What was refused cannot be tried again with other settings; what broke off may be. */
const fail = (error: SerializedTatamiError, name: string, how: "refused" | "broke off"): void => {
  document.title = title;
  element("[data-view=failed] [data-action=back]", HTMLElement).hidden = how === "refused";
  showFailure(error, name);
  if (others.isWaiting()) others.tell(name, explainInPage(error).message);
};

const back = (notice?: string): void => {
  if (clip === undefined) return;
  leaveResult();
  ready.show(clip, notice);
  show("ready", notice);
};

connectPage({
  wouldLose: () => busy || others.wouldLose() || result?.isSaved === false,
  isOpen: () => true,
  choose,
  actions: {
    sample: () => void chooseSamples([{ url: sampleUrl, name: "frog.mp4" }], choose),
    back: () => back(),
    cancel: () => {
      working.stopping();
      job?.cancel();
    },
  },
});
// FFmpeg encodes H.264 where the browser has no encoder
void checkPage({ encode: false });
