/** The page: choose clips, train in a worker, look, save. */

import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import type { JobOutcome } from "@tatami/example-parts/job";
import { serializeError } from "@tatami/example-parts/job-outcome";
import { offerModels } from "@tatami/example-parts/model-choice";
import { connectPage, chooseSamples, mayDiscard } from "@tatami/example-parts/page-actions";
import { refuseOtherFiles } from "@tatami/example-parts/file/refuse-other-files";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import { createDoneView } from "./done-view.ts";
import type { TuneRequest, TuneResult } from "./protocol.ts";
import { startTuning } from "./tuning.ts";
import type { Tuning } from "./tuning.ts";
import { createWorkingView } from "./working-view.ts";

const notice = element("#notice", HTMLElement);
const from = element("#from", HTMLSelectElement);
const working = createWorkingView();
const done = createDoneView();
let files: readonly File[] = [];
let tuning: Tuning | undefined;

/** What is no video is set aside; where none is left, it says why. */
const choose = async (chosen: readonly File[]): Promise<void> => {
  if (!mayDiscard(done.isUnsaved(), "model")) return;
  const looked = await Promise.all(
    chosen.map((file) =>
      refuseOtherFiles(file).then(
        () => ({ file, error: undefined }),
        (error: unknown) => ({ file, error: serializeError(error) }),
      ),
    ),
  );
  files = looked.filter(({ error }) => error === undefined).map(({ file }) => file);
  const errors = looked.flatMap(({ error }) => error ?? []);
  element("[data-view=failed] [data-action=back]", HTMLElement).hidden = files.length === 0;
  done.clear();
  if (files.length === 0 && errors[0]) return showFailure(errors[0], chosen[0]?.name);
  ready(errors.map(({ message }) => message).join(" "));
};

const ready = (message = ""): void => {
  if (files.length === 0) return showState("empty");
  done.clear();
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
  finish(outcome);
};

const finish = (outcome: JobOutcome<{ readonly result: TuneResult }>): void => {
  switch (outcome.kind) {
    case "cancelled":
      return ready("Cancelled. Nothing was kept.");
    case "failed":
      return showFailure(outcome.error);
    case "done":
      done.show(outcome.result);
      showState("done", "The model is ready.");
  }
};

offerModels(from, "m5-x2-camera");
element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void run(readSettings());
});
connectPage({
  wouldLose: () => tuning !== undefined || done.isUnsaved(),
  isOpen: () => tuning === undefined,
  choose: (chosen) => void choose(chosen),
  actions: {
    sample: () =>
      void chooseSamples([{ url: sampleUrl, name: "bunny.mp4" }], (samples) => void choose(samples)),
    back: () => {
      if (mayDiscard(done.isUnsaved(), "model")) ready();
    },
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
// what cannot be encoded is not imitated, and the page says so
void checkPage({ encode: false });
