/** The state that an element is in: told to its page, to its viewer, and to those who try it in a line of text over the picture. */

import type { Size, TatamiError } from "@tatami/core";
import { formatSize } from "@tatami/core";
import type { LiveStats } from "@tatami/upscale";
import type { TatamiVideo, TatamiVideoState } from "./contract.ts";
import { tellViewer } from "./explain.ts";

/** What the line is made of. */
export interface Facts {
  /** Of the larger picture. */
  readonly size: Size;
  readonly scale: number;
  readonly model: string;
  readonly engine: string;
  readonly stats: LiveStats;
  /** Pictures a second that can be made. */
  readonly rate: number;
}

/** The state, and who is told of it. */
export interface Status {
  readonly state: TatamiVideoState;
  /** Another state, and what it came from; where it is the same, nobody is told. */
  become(state: TatamiVideoState, error?: TatamiError): void;
  /** Writes the line where the attribute `debug` asks for it. */
  tell(): void;
}

/** Milliseconds that a line stands: figures that change with every frame cannot be read. */
const standsMs = 500;

/** An element without a source. @param facts as they are when a line is written */
export function createStatus(host: TatamiVideo, root: ShadowRoot, facts: () => Facts): Status {
  const line = root.querySelector(".status")!;
  const message = root.querySelector(".message")!;
  let state: TatamiVideoState = "empty";
  let error: TatamiError | undefined;
  // never: a page's clock begins at 0
  let toldAt = -Infinity;
  const tell = (): void => {
    if (!host.debug) return;
    const now = performance.now();
    if (now - toldAt < standsMs) return;
    toldAt = now;
    line.textContent = describeState(state, facts(), error);
  };
  return {
    get state() {
      return state;
    },
    become(next, cause) {
      if (next === state && cause === error) return;
      state = next;
      error = cause;
      host.dataset["state"] = next;
      message.textContent = next === "failed" && cause ? tellViewer(cause) : "";
      toldAt = -Infinity;
      tell();
      const detail = { state: next, ...(cause ? { error: cause } : {}) };
      host.dispatchEvent(new CustomEvent("statechange", { detail }));
    },
    tell,
  };
}

/** In words; nothing where there is nothing to say. */
function describeState(state: TatamiVideoState, facts: Facts, error: TatamiError | undefined): string {
  const { size, scale, model, engine, stats, rate } = facts;
  switch (state) {
    case "empty":
      return "";
    case "loading":
      return "Getting the larger picture ready …";
    case "plain":
      return `Plain video. ${error?.message ?? ""}`;
    case "failed":
      return `${error?.message ?? ""} ${error?.fix ?? ""}`;
    case "slow":
      return `Plain video while it plays: ${rate.toFixed(1)} larger pictures a second are too few. Pause to see one.`;
    case "upscaling": {
      const small = { width: size.width / scale, height: size.height / scale };
      const shown = stats.framesPerSecond > 0 ? `, ${stats.framesPerSecond.toFixed(0)} a second` : "";
      return `${formatSize(small)} → ${formatSize(size)}, ${model} on ${engine}${shown}`;
    }
  }
}
