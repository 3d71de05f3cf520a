/** One file, looked at in a worker of its own for as long as it is decided what becomes of it. */

import type { SerializedTatamiError } from "@tatami/core";
import type { JobOutcome } from "@tatami/example-parts/job";
import type { SeenFile } from "@tatami/example-parts/file/look-at-file";
import { wrap } from "comlink";
import type {
  BestStill,
  Choice,
  Detail,
  DetailRequest,
  DetailedPlace,
  EnlargedMoment,
  KnownNetwork,
  Moment,
  PlanRequest,
  PreviewWorker,
} from "../work/protocol.ts";

/** What shall be seen. */
export interface PreviewWish {
  /** Seconds. */
  readonly time: number;
  /** None: the original alone. */
  readonly network?: Choice["network"];
  readonly strength: number;
}

/** Told what is to be shown; pictures are the listener's to close. */
export interface PreviewListener {
  onMoment(moment: Moment): void;
  onEnlarged(enlarged: EnlargedMoment): void;
  /** A picture could not be had. */
  onTrouble(error: SerializedTatamiError): void;
  /** Whether something is under way. */
  onBusy(isBusy: boolean): void;
}

export interface PreviewSession {
  /** What the file is; never rejects. */
  readonly opened: Promise<JobOutcome<SeenFile>>;
  choose(scale: 2 | 4): Promise<JobOutcome<Choice>>;
  know(network: Choice["network"]): Promise<JobOutcome<KnownNetwork>>;
  /** The best picture of a time in seconds, of the frames around it. */
  best(time: number, network: Choice["network"], strength: number): Promise<JobOutcome<BestStill>>;
  detail(request: DetailRequest): Promise<JobOutcome<Detail>>;
  mostDetailed(time: number, side: number): Promise<JobOutcome<DetailedPlace>>;
  /** Details that were asked for are not made any more. */
  stopDetails(): void;
  plan(request: PlanRequest): Promise<JobOutcome<{ readonly bitrate: number }>>;
  /** Shows something else as soon as what is under way is done. Of several wishes only the newest counts. */
  wish(wish: PreviewWish): void;
  /** Takes the worker down. Nothing is told after it. */
  end(): void;
}

export const openPreview = (file: File, listener: PreviewListener): PreviewSession => {
  const worker = new Worker(new URL("../work/preview-worker.ts", import.meta.url), {
    type: "module",
    name: "preview",
  });
  const remote = wrap<PreviewWorker>(worker);
  let settle: (outcome: JobOutcome<never>) => void;
  const cutShort = new Promise<JobOutcome<never>>((resolve) => (settle = resolve));
  worker.addEventListener("error", (event) => settle(lost(event.message)));
  const asked = async <T>(answer: Promise<JobOutcome<T>>): Promise<JobOutcome<T>> =>
    Promise.race([answer.catch((error: unknown): JobOutcome<T> => lost(String(error))), cutShort]);

  const wish = createNewest<PreviewWish>(
    showWishes({
      moment: (time) => asked(remote.moment(time)),
      enlarge: (network, strength) => asked(remote.enlarge(network, strength)),
      listener,
    }),
    (isBusy) => listener.onBusy(isBusy),
  );
  return {
    opened: asked(remote.open(file)),
    choose: (scale) => asked(remote.choose(scale)),
    know: (network) => asked(remote.know(network)),
    best: (time, network, strength) => asked(remote.best(time, network, strength)),
    detail: (request) => asked(remote.detail(request)),
    mostDetailed: (time, side) => asked(remote.mostDetailed(time, side)),
    stopDetails: () => void remote.stopDetails(),
    plan: (request) => asked(remote.plan(request)),
    wish: wish.want,
    end: () => {
      wish.end();
      settle({ kind: "cancelled" });
      worker.terminate();
    },
  };
};

const lost = (what: string): JobOutcome<never> => ({
  kind: "failed",
  error: {
    code: "worker-lost",
    message: `The work in the background stopped: ${what || "its program could not be loaded."}`,
    fix: "Load the page again and choose the file once more.",
    detail: {},
  },
});

/** Asks for the moment, where it is another, and then for what becomes of it. */
const showWishes = (parts: {
  moment(time: number): Promise<JobOutcome<Moment>>;
  enlarge(network: Choice["network"], strength: number): Promise<JobOutcome<EnlargedMoment>>;
  readonly listener: PreviewListener;
}): ((wish: PreviewWish, newer: () => PreviewWish | undefined) => Promise<void>) => {
  const { moment, enlarge, listener } = parts;
  let shown: number | undefined;
  return async (wish, newer) => {
    if (wish.time !== shown) {
      const outcome = await moment(wish.time);
      shown = outcome.kind === "done" ? wish.time : undefined;
      if (outcome.kind === "done") listener.onMoment(outcome);
      else if (outcome.kind === "failed") listener.onTrouble(outcome.error);
      if (outcome.kind !== "done") return;
    }
    if (wish.network === undefined || newer() !== undefined) return;
    const outcome = await enlarge(wish.network, wish.strength);
    if (outcome.kind === "failed") listener.onTrouble(outcome.error);
    if (outcome.kind !== "done") return;
    if (newer() === undefined || newer()?.time === wish.time) listener.onEnlarged(outcome);
    else outcome.picture.close();
  };
};

/** Does one thing after another; of those that come meanwhile only the newest. */
export const createNewest = <T>(
  act: (value: T, newer: () => T | undefined) => Promise<void>,
  onBusy: (isBusy: boolean) => void = () => undefined,
): { want(value: T): void; end(): void } => {
  const state = { isBusy: false, hasEnded: false };
  let next: { readonly value: T } | undefined;
  const work = async (): Promise<void> => {
    state.isBusy = true;
    onBusy(true);
    while (next !== undefined && !state.hasEnded) {
      const { value } = next;
      next = undefined;
      await act(value, () => next?.value);
    }
    state.isBusy = false;
    if (!state.hasEnded) onBusy(false);
  };
  return {
    want: (value) => {
      next = { value };
      if (!state.isBusy && !state.hasEnded) void work();
    },
    end: () => (state.hasEnded = true),
  };
};
