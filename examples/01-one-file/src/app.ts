/** The page's files and what becomes of them: chosen, looked at, worked on one after another, shown. */

import type { SerializedTatamiError } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import type { JobOutcome } from "@tatami/example-parts/job";
import { explainInPage } from "@tatami/example-parts/page-error";
import { resultName } from "@tatami/example-parts/file/result-name";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import type { ViewState } from "@tatami/example-parts/view-state";
import { createDoneView } from "./done/done-view.ts";
import type { Result } from "./done/done-view.ts";
import { createQueueView } from "./files/queue-view.ts";
import type { RowOf } from "./files/queue-view.ts";
import { changeQueue, emptyQueue, isWorking, nextWaiting, wouldLose } from "./files/queue.ts";
import type { Queue, QueuedFile, QueueEvent } from "./files/queue.ts";
import { createReadyView } from "./ready/ready-view.ts";
import { startUpscaleJob } from "./work/job.ts";
import type { UpscaleJob } from "./work/job.ts";
import type { JobRequest, JobResult } from "./work/protocol.ts";
import { createWorkingView } from "./working/working-view.ts";

type Item = QueuedFile<Result, SerializedTatamiError>;
type Change = QueueEvent<Result, SerializedTatamiError>;

/** Joins the views to the queue: what the page's buttons do. */
export class App {
  #queue: Queue<Result, SerializedTatamiError> = emptyQueue;
  /** The file that the page shows. */
  #shown: number | undefined;
  #job: UpscaleJob | undefined;
  readonly #title = document.title;
  readonly #working = createWorkingView();
  readonly #ready = createReadyView((request) => void this.#runAll(request));
  readonly #done = createDoneView(() => this.#shown !== undefined && this.#saved(this.#shown));
  readonly #list = createQueueView((file) => describeRow(file as Item), {
    open: (id) => void this.#show(id),
    remove: (id) => this.#remove(id),
    saved: (id) => this.#saved(id),
  });

  choose(files: readonly File[]): void {
    const isBusy = this.#job !== undefined;
    if (!isBusy) this.#dropUnstarted();
    const first = this.#queue.nextId;
    this.#change({ is: "added", files, where: isBusy ? "last" : "first" });
    if (!isBusy) void this.#show(first);
    else announce(`${files.map(({ name }) => name).join(", ")}: waiting.`);
  }

  takeNetwork(file: File): void {
    this.#ready.takeNetwork(file);
    const said = `${file.name} is taken as your own network.`;
    announce(said);
    // where no video is chosen yet, nothing else shows it
    const waits = element("#network-waits", HTMLElement);
    waits.hidden = false;
    waits.textContent = `${said} Now choose a video.`;
  }

  /** Back to the settings of the file that is shown. */
  back(): void {
    const item = this.#item(this.#shown);
    if (item === undefined || this.#job !== undefined) return;
    if (item.state.kind === "failed") this.#change({ is: "retried", id: item.id });
    if (item.state.kind !== "done") return void this.#show(item.id);
    // the result stays; the same file is begun anew beside it
    const { nextId } = this.#queue;
    this.#change({ is: "added", files: [item.file], where: "first" });
    void this.#show(nextId);
  }

  cancel(): void {
    this.#working.stopping();
    this.#job?.cancel();
  }

  /** Pauses the work, or goes on with it. */
  pause(): void {
    const item = this.#queue.files.find(isWorking);
    if (item?.state.kind !== "working" || this.#job === undefined) return;
    const isPaused = !item.state.isPaused;
    void this.#job.remote.pause(isPaused);
    this.#working.pause(isPaused);
    this.#change({ is: "paused", id: item.id, isPaused });
    announce(isPaused ? "Paused." : "Going on.");
  }

  wouldLose(): boolean {
    return wouldLose(this.#queue);
  }

  #item(id: number | undefined): Item | undefined {
    return this.#queue.files.find((file) => file.id === id);
  }

  #change(event: Change): void {
    this.#queue = changeQueue(this.#queue, event);
    this.#showList();
  }

  #showList(): void {
    const isBusy = this.#job !== undefined;
    document.body.dataset["busy"] = String(isBusy);
    this.#list.show(this.#queue.files, this.#shown, isBusy);
  }

  /** What was only looked at goes when another file is chosen. */
  #dropUnstarted(): void {
    const item = this.#item(this.#shown);
    const isAlone = this.#queue.files.length === 1;
    if (item?.state.kind === "waiting" || (item?.state.kind === "failed" && isAlone))
      this.#change({ is: "removed", id: item.id });
  }

  /** Shows a file as what has become of it. */
  async #show(id: number, notice?: string): Promise<void> {
    const item = this.#item(id);
    if (item === undefined) return;
    this.#done.clear();
    this.#shown = id;
    const { state } = item;
    if (state.kind !== "waiting") this.#ready.end();
    if (state.kind === "waiting") return this.#look(item, notice);
    if (state.kind === "failed") this.#showFailure(item, state.failure);
    if (state.kind === "working") this.#showView("working", notice);
    if (state.kind === "done") {
      this.#done.show(state.result);
      this.#showView("done", notice);
    }
  }

  #showView(view: ViewState, notice?: string): void {
    if (this.#job === undefined) document.title = this.#title;
    showState(view, notice);
    this.#showList();
  }

  #showFailure({ file }: Item, failure: SerializedTatamiError): void {
    // what is no video is none with other settings either
    const isVideo = failure.code !== "unsupported-container";
    element("[data-view=failed] [data-action=back]", HTMLElement).hidden = !isVideo;
    if (this.#job === undefined) document.title = this.#title;
    showFailure(failure, file.name);
    this.#showList();
  }

  /** Looks at a file before it is worked on. One that cannot be read makes way for the next. */
  async #look({ id, file }: Item, notice?: string): Promise<void> {
    this.#showView("ready", notice ?? `${file.name} chosen.`);
    const outcome = await this.#ready.show(file, notice);
    if (typeof outcome === "string" || this.#shown !== id) return;
    this.#change({ is: "broken", id, failure: outcome });
    const next = nextWaiting(this.#queue);
    await this.#show(next?.id ?? id);
  }

  /** One file after another, with the same settings. One that fails does not stop those behind it. */
  async #runAll(first: JobRequest): Promise<void> {
    if (this.#job !== undefined || this.#shown === undefined) return;
    // the part of the video and the place on disk are the first file's own
    const { output: _output, start: _start, end: _end, ...settings } = first;
    let id = this.#shown;
    let request = first;
    for (;;) {
      const outcome = await this.#run(id, request);
      // whoever looks at something else meanwhile goes on looking at it
      const isFollowed = this.#shown === id;
      if (outcome.kind === "cancelled") {
        this.#change({ is: "stopped", id });
        return this.#show(id, "Cancelled. Nothing was saved.");
      }
      const said = await this.#finish(id, request, outcome);
      const next = nextWaiting(this.#queue);
      if (next === undefined) return isFollowed ? this.#show(id, said) : announce(said);
      announce(said);
      if (isFollowed) this.#shown = next.id;
      ({ id } = next);
      request = { ...settings, file: next.file };
    }
  }

  async #run(id: number, request: JobRequest): Promise<JobOutcome<JobResult>> {
    this.#working.begin(request.file);
    this.#job = startUpscaleJob(request, {
      onPreview: this.#working.onPreview,
      onProgress: (progress) => {
        this.#working.onProgress(progress);
        const { framesDone, framesTotal } = progress;
        const share = framesTotal === undefined || framesTotal === 0 ? undefined : framesDone / framesTotal;
        this.#change({ is: "progressed", id, ...(share === undefined ? {} : { share: Math.min(1, share) }) });
      },
    });
    this.#change({ is: "begun", id });
    if (this.#shown === id) await this.#show(id, `Upscaling ${request.file.name}.`);
    const outcome = await this.#job.outcome;
    this.#job = undefined;
    this.#working.end();
    document.title = this.#title;
    return outcome;
  }

  /** Notes how a file ended. @returns it in words */
  async #finish(
    id: number,
    request: JobRequest,
    outcome: Exclude<JobOutcome<JobResult>, { kind: "cancelled" }>,
  ): Promise<string> {
    const made = outcome.kind === "done" ? await createResult(request, outcome) : outcome.error;
    if ("code" in made) this.#change({ is: "broken", id, failure: made });
    else this.#change({ is: "finished", id, result: made, isSaved: made.writtenTo !== undefined });
    return "code" in made ? `${request.file.name} failed.` : `${made.name} is ready.`;
  }

  #saved(id: number): void {
    this.#change({ is: "saved", id });
  }

  #remove(id: number): void {
    const item = this.#item(id);
    if (item === undefined) return;
    const { state } = item;
    const isUnsaved = state.kind === "done" && !state.isSaved;
    if (isUnsaved && !confirm(`Discard ${state.result.name}? It has not been saved.`)) return;
    this.#change({ is: "removed", id });
    if (state.kind === "done") URL.revokeObjectURL(state.result.url);
    if (this.#shown !== id) return;
    this.#done.clear();
    this.#ready.end();
    this.#shown = undefined;
    const next = this.#queue.files.find(isWorking) ?? this.#queue.files.at(-1);
    if (next === undefined) this.#showView("empty");
    else void this.#show(next.id);
  }
}

const announce = (text: string): void => {
  element("#announcement", HTMLElement).textContent = text;
};

const createResult = async (
  { file, output, start }: JobRequest,
  { summary, blob }: JobResult,
): Promise<Result | SerializedTatamiError> => {
  const made = blob ?? (await output?.getFile().catch(() => undefined));
  if (made === undefined) return resultLost;
  const { width, height } = summary.output;
  return {
    source: file,
    summary,
    name: resultName(file.name, `${width}x${height}`, summary.container),
    url: URL.createObjectURL(made),
    ...(output === undefined ? {} : { writtenTo: output.name }),
    ...(start === undefined ? {} : { start }),
  };
};

const resultLost: SerializedTatamiError = {
  code: "output-failed",
  message: "The video was made, but the file it was written to can no longer be read.",
  fix: "See whether it is where you saved it; if not, try again without writing straight to disk.",
  detail: {},
};

const describeRow = ({ file, state }: Item): RowOf => {
  const { name } = file;
  if (state.kind === "waiting") return { name, state: "Waiting" };
  if (state.kind === "failed") return { name, state: explainInPage(state.failure).message };
  if (state.kind === "working") {
    const share = state.share === undefined ? "" : `, ${Math.floor(state.share * 100)} %`;
    return { name, state: `${state.isPaused ? "Paused" : "Working"}${share}` };
  }
  const { name: made, url, writtenTo } = state.result;
  if (writtenTo !== undefined) return { name: writtenTo, state: "Done, saved" };
  return {
    name: made,
    state: state.isSaved ? "Done, saved" : "Done, not saved yet",
    saving: { url, name: made },
  };
};
