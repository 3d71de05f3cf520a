/** Restoring a still: the picture that is seen, made larger in one step of a diffusion, on request, and never without a warning. */

import { inventedNote, noEvidence, TatamiError } from "@tatami/core";
import { grabFrame } from "@tatami/live";
import type { OpenedEngine } from "../engine-source.ts";
import { namesOf, openModels, owned } from "../engine-source.ts";
import { explainPlain } from "../explain.ts";
import { markPng } from "./mark-png.ts";
import { readOnnx } from "@tatami/graph";

/** What a still is restored in. */
export interface Restorable {
  /** Its attribute `restorer` names the network's file; without it there is no button. */
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly video: HTMLVideoElement;
}

/** The picture over the video, and what is said over that. */
const panel = `<style>
.restored[hidden], .warning[hidden], .save[hidden] { display: none; }
:host([restored]) :is(.split, .status) { display: none; }
.warning { position: absolute; inset: 0 0 auto; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 8px 12px;
  background: #5c1d13; color: #fff; }
.warning p { margin: 0; flex: 1 1 16em; }
.warning button { width: auto; height: 30px; padding: 0 10px; border: 1px solid rgb(255 255 255 / 55%); }
@container (max-width: 460px) {
  .warning { gap: 2px 8px; padding: 4px 8px; font-size: 12px; }
  .warning p { flex-basis: 100%; }
  .warning button { height: 24px; }
}
</style>
<canvas class="restored" part="restored" hidden></canvas>
<div class="warning" part="warning" hidden>
  <p role="status"></p>
  <button class="save" type="button" hidden>Save picture</button><button class="leave" type="button">Back to the video</button>
</div>`;
/** What makes files, as their metadata say. */
const software = "tatami-video";
/** Another moment or another video: what was restored is not of it. */
const leaves = ["play", "seeking", "emptied"];

/** What the button does. */
export interface Restoring {
  /** Restores the still that is seen, or goes back to the video. */
  toggle(): void;
}

/** Binds what the button opens until the signal aborts. The engine is made at the first still and kept. */
export function createRestoring(restorable: Restorable, signal: AbortSignal): Restoring {
  const { host, video } = restorable;
  const view = createStillView(restorable);
  const restorer = createRestorer(signal);
  let run: AbortController | undefined;
  let shown: { readonly model: string; readonly seconds: number } | undefined;

  const leave = (): void => {
    run?.abort();
    run = undefined;
    shown = undefined;
    view.hide();
  };
  const restore = async (source: string): Promise<void> => {
    const own = (run = new AbortController());
    view.begin();
    try {
      const frame = grabFrame(video);
      if (!frame) return leave();
      try {
        const { upscaler } = await restorer.of(source);
        own.signal.throwIfAborted();
        const larger = await upscaler.frame(frame.clone(), { signal: own.signal });
        try {
          own.signal.throwIfAborted();
          view.draw(larger);
        } finally {
          larger.close();
        }
        shown = { model: namesOf(upscaler), seconds: video.currentTime };
        view.show(shown.model);
      } finally {
        frame.close();
      }
    } catch (error) {
      if (own.signal.aborted || signal.aborted) return;
      view.fail(error);
    } finally {
      if (run === own) run = undefined;
    }
  };
  const toggle = (): void => {
    const source = host.getAttribute("restorer");
    if (shown || run) return leave();
    if (source === null) return;
    video.pause();
    void restore(source);
  };

  const on = (target: EventTarget, name: string, act: () => void): void =>
    target.addEventListener(name, act, { signal });
  on(view.leave, "click", leave);
  on(view.save, "click", () => {
    if (shown) void savePicture(view.canvas, shown.model, nameOf(video, shown.seconds));
  });
  for (const name of leaves) on(video, name, leave);
  signal.addEventListener("abort", () => {
    leave();
    void restorer.close();
  });
  return { toggle };
}

/** What is seen of a still: the picture over the video, the warning with its buttons, and whether its button is pressed. */
interface StillView {
  readonly canvas: HTMLCanvasElement;
  readonly leave: Element;
  readonly save: Element;
  begin(): void;
  /** Draws the picture; it is not seen yet. */
  draw(picture: VideoFrame): void;
  /** Shows it, and what made it. */
  show(model: string): void;
  fail(error: unknown): void;
  hide(): void;
}

function createStillView({ host, root }: Restorable): StillView {
  const find = <T extends Element>(selector: string): T => root.querySelector<T>(selector)!;
  // in an element that was taken out and put in again it is there
  if (!root.querySelector(".restored")) find(".bar").insertAdjacentHTML("beforebegin", panel);
  const button = find<HTMLButtonElement>(".restore");
  const canvas = find<HTMLCanvasElement>(".restored");
  const warning = find<HTMLElement>(".warning");
  const text = find<HTMLElement>(".warning p");
  const save = find<HTMLButtonElement>(".save");
  const press = (isPressed: boolean): void => button.setAttribute("aria-pressed", String(isPressed));
  const tell = (said: string, canSave = false): void => {
    text.textContent = said;
    save.hidden = !canSave;
    warning.hidden = said === "";
  };
  return {
    canvas,
    leave: find(".leave"),
    save,
    begin: () => {
      press(true);
      tell("Restoring this still …");
    },
    draw: (picture) => {
      const { displayWidth: width, displayHeight: height } = picture;
      Object.assign(canvas, { width, height });
      canvas.getContext("2d", { alpha: false })!.drawImage(picture, 0, 0);
    },
    show: (model) => {
      canvas.hidden = false;
      host.setAttribute("restored", "");
      tell(`Restored by ${model}. ${noEvidence}`, true);
    },
    fail: (error) => {
      const { message, fix } = explainPlain(error);
      press(false);
      tell(`${message} ${fix}`);
    },
    hide: () => {
      canvas.hidden = true;
      canvas.width = 0;
      press(false);
      host.removeAttribute("restored");
      tell("");
    },
  };
}

/** The engine of the restorer that was asked for last. */
interface Restorer {
  /** Opens that file's, unless it is open. */
  of(source: string): Promise<OpenedEngine>;
  close(): Promise<void>;
}

function createRestorer(signal: AbortSignal): Restorer {
  /** Which file the engine is of. */
  let opened: { readonly source: string; readonly engine: Promise<OpenedEngine> } | undefined;
  const close = async (): Promise<void> => {
    const last = opened;
    opened = undefined;
    // one that could not be opened has told so
    await last?.engine.then(
      (engine) => engine[Symbol.asyncDispose](),
      () => undefined,
    );
  };
  return {
    of: async (source) => {
      if (opened?.source !== source) {
        await close();
        opened = { source, engine: openRestorer(source, signal) };
      }
      const { engine } = opened;
      return engine.catch((error: unknown) => {
        // asked for again, it gets another chance
        if (opened?.engine === engine) opened = undefined;
        throw error;
      });
    },
    close,
  };
}

/** A PNG that says in its metadata that a network made it, and which: handed to the browser as a download. */
async function savePicture(canvas: HTMLCanvasElement, model: string, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) return;
  const marked = markPng(new Uint8Array(await blob.arrayBuffer()), inventedNote(model, software));
  const url = URL.createObjectURL(new Blob([marked as BlobPart], { type: "image/png" }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  // browsers read it some time after the click
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `door@12.5s.restored.png` */
function nameOf({ currentSrc }: HTMLVideoElement, seconds: number): string {
  const file = /^(https?|file):/.test(currentSrc) ? new URL(currentSrc).pathname.split("/").at(-1)! : "";
  const stem = decodeURIComponent(file).replace(/\.\w+$/, "") || "video";
  return `${stem}@${Math.round(seconds * 100) / 100}s.restored.png`;
}

/**
 * Fetches and opens it; nothing else is fetched.
 *
 * @param source its address, from the page's: one that `URL.createObjectURL` made of a chosen file, too
 * @throws TatamiError `input-not-found`, `invalid-model`, and what an upscaler's making throws
 */
async function openRestorer(source: string, signal: AbortSignal): Promise<OpenedEngine> {
  const missing = (why: string, cause?: unknown): TatamiError<"input-not-found"> =>
    new TatamiError({
      code: "input-not-found",
      message: `The restorer could not be loaded: ${why}.`,
      fix: "Check the address in the attribute restorer; it is an ONNX file that tatami train tddsr-x2 left.",
      cause,
    });
  const response = await fetch(source, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw missing(String(cause), cause);
  });
  if (!response.ok) throw missing(`${response.status} ${response.statusText}`.trim());
  const { model } = readOnnx(new Uint8Array(await response.arrayBuffer()));
  return owned(await openModels([{ ...model, name: model.name || "restorer" }], signal), signal);
}
