/** The file that it is decided about: what it is, what was decided for it, and what the work on it would take. */

import type { MediaDescription } from "@tatami/core";
import type { JobOutcome } from "@tatami/example-parts/job";
import type { SeenFile } from "@tatami/example-parts/file/look-at-file";
import { explainInPage } from "@tatami/example-parts/page-error";
import { contendersFor, seenIn } from "../side-by-side/contenders.ts";
import type { LookedAt } from "../side-by-side/side-by-side.ts";
import { withDenoise } from "../work/denoising.ts";
import type { BestStill, Choice, EnlargedMoment, Moment } from "../work/protocol.ts";
import { chosenBy } from "./chosen.ts";
import type { ChosenNetwork, OwnNetwork } from "./chosen.ts";
import { formatMoment, readingOf } from "./cut.ts";
import type { Cut } from "./cut.ts";
import { describeEstimate, estimate } from "./estimate.ts";
import { createNewest, openPreview } from "./preview-session.ts";
import type { PreviewSession } from "./preview-session.ts";
import type { Settings } from "./settings.ts";

/** What the page asks about. */
export interface Asked {
  readonly settings: Settings;
  /** A person's own network, which may not have been read yet. */
  readonly own?: File | undefined;
  /** Seconds. */
  readonly moment: number;
  readonly cut: Cut;
}

/** Told what is to be shown; pictures are the listener's to close. */
export interface ShownListener {
  onMoment(moment: Moment): void;
  onEnlarged(enlarged: EnlargedMoment): void;
  /** A picture could not be had, in words. */
  onTrouble(reason: string): void;
  onBusy(isBusy: boolean): void;
  /** Something is known that was not. */
  onKnown(): void;
  /** A person's own network was read: by how much it enlarges, or why it cannot be used. */
  onOwn(file: File, outcome: { readonly scale: number } | { readonly refused: string }): void;
}

/** Looks at a file until it is left. */
export class ShownFile {
  readonly file: File;
  description: MediaDescription | undefined;
  readonly #listener: ShownListener;
  readonly #session: PreviewSession;
  readonly #choices = new Map<2 | 4, Choice>();
  #own: OwnNetwork | undefined;
  #frameMs: number | undefined;
  #bitrate: number | undefined;
  #turn = 0;
  #hasEnded = false;

  constructor(file: File, listener: ShownListener) {
    this.file = file;
    this.#listener = listener;
    this.#session = openPreview(file, {
      onMoment: listener.onMoment,
      onBusy: listener.onBusy,
      onTrouble: (error) => listener.onTrouble(explainInPage(error).message),
      onEnlarged: (enlarged) => {
        this.#frameMs = enlarged.frameMs;
        listener.onEnlarged(enlarged);
        listener.onKnown();
      },
    });
  }

  /** What it is; never rejects. */
  async opened(): Promise<JobOutcome<SeenFile>> {
    const outcome = await this.#session.opened;
    if (outcome.kind === "done") this.description = outcome.description;
    return this.#hasEnded ? { kind: "cancelled" } : outcome;
  }

  get own(): OwnNetwork | undefined {
    return this.#own;
  }

  /** What the settings come to; nothing until it is known. */
  chosen(settings: Settings): ChosenNetwork | undefined {
    return chosenBy(settings, this.#own, this.#choices.get(settings.target));
  }

  /** What was seen in it, where it was left to the file what it is enlarged with. */
  seen({ preset, target }: Settings): string {
    const isLeft = preset === "automatic" && this.#own === undefined;
    return isLeft ? seenIn(this.#choices.get(target)?.sentence ?? "") : "";
  }

  /** What the work would take, in words. */
  estimate(cut: Cut): string {
    const { description, file } = this;
    if (description === undefined) return "";
    const measured = this.#frameMs === undefined ? {} : { frameMs: this.#frameMs };
    const planned = this.#bitrate === undefined ? {} : { bitrate: this.#bitrate };
    return describeEstimate(estimate({ description, fileSize: file.size, cut, ...measured, ...planned }));
  }

  /** The moment that is asked about, for a look at it by all networks; nothing until it is known what the file is. */
  lookedAt({ settings, moment: time, cut }: Asked): LookedAt | undefined {
    const { description, file } = this;
    if (description === undefined) return undefined;
    return {
      description,
      time,
      scale: settings.target,
      moment: description.duration > 0 ? `at ${formatMoment(time)}` : "",
      contenders: async () => {
        await this.#choose(settings.target);
        return contendersFor(settings, this.#choices.get(settings.target), this.#own);
      },
      mostDetailed: (at, side) => this.#session.mostDetailed(at, side),
      detail: (request) => this.#session.detail(request),
      stopDetails: () => this.#session.stopDetails(),
      estimate: (frameMs) => describeEstimate(estimate({ description, fileSize: file.size, cut, frameMs })),
    };
  }

  /** The best picture of the moment that is asked about; nothing until it is known by what it is enlarged. */
  bestStill({ settings, moment: time }: Asked): Promise<JobOutcome<BestStill>> | undefined {
    const chosen = this.chosen(settings);
    if (chosen === undefined || this.description === undefined) return undefined;
    const { network, strength } = chosen;
    // what is gathered has little noise left: half of what the file itself would want
    const isDecided =
      settings.preset === "automatic" && settings.denoise === null && network.kind === "shipped";
    const used = isDecided ? withDenoise(network, network.denoise / 2) : network;
    return this.#session.best(time, used, strength);
  }

  /** Shows what is asked about, as soon as it can be had. */
  async follow(asked: Asked): Promise<void> {
    const turn = ++this.#turn;
    const { settings, moment: time } = asked;
    // the original at once; what becomes of it, when it is known by what
    if (this.chosen(settings) === undefined) this.#session.wish({ time, strength: 1 });
    await this.#readOwn(asked.own);
    if (this.#own === undefined && settings.preset === "automatic") await this.#choose(settings.target);
    // what was asked meanwhile is answered by itself
    if (this.#hasEnded || turn !== this.#turn) return;
    const chosen = this.chosen(settings);
    this.#listener.onKnown();
    if (chosen === undefined) return;
    this.#session.wish({ time, network: chosen.network, strength: chosen.strength });
    this.plan(asked);
  }

  /** Finds out how large the result would be. */
  plan(asked: Asked): void {
    this.#planning.want(asked);
  }

  end(): void {
    this.#hasEnded = true;
    this.#session.end();
    this.#planning.end();
  }

  readonly #planning = createNewest<Asked>(async ({ settings, cut }) => {
    const chosen = this.chosen(settings);
    if (chosen === undefined || this.description === undefined) return;
    const { quality, codec } = settings;
    const outcome = await this.#session.plan({
      scale: chosen.scale,
      quality,
      ...(codec === null ? {} : { codec }),
      ...readingOf(cut, this.description.duration),
    });
    if (this.#hasEnded) return;
    // what cannot be planned has no size; the work itself says why
    this.#bitrate = outcome.kind === "done" ? outcome.bitrate : undefined;
    this.#listener.onKnown();
  });

  async #readOwn(file: File | undefined): Promise<void> {
    if (file === undefined) this.#own = undefined;
    if (file === undefined || this.#own?.file === file) return;
    const outcome = await this.#session.know({ kind: "own", file });
    if (this.#hasEnded || outcome.kind === "cancelled") return;
    if (outcome.kind === "done") this.#own = { file, scale: outcome.scale };
    const { message, fix } = outcome.kind === "failed" ? outcome.error : { message: "", fix: "" };
    this.#listener.onOwn(
      file,
      outcome.kind === "done" ? outcome : { refused: `${file.name} cannot be used. ${message} ${fix}` },
    );
  }

  /** Leaves the choice to the file. */
  async #choose(target: 2 | 4): Promise<void> {
    if (this.#choices.has(target)) return;
    const outcome = await this.#session.choose(target);
    if (outcome.kind === "done") this.#choices.set(target, outcome);
    else if (outcome.kind === "failed") this.#listener.onTrouble(explainInPage(outcome.error).message);
  }
}
