/** The page: a form, a session that runs and may be recorded, and how it ended. */

import "@tatami/example-parts/disposal-symbols";
import type { OverflowPolicy } from "@tatami/core";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { serializeError } from "@tatami/example-parts/job-outcome";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import { liveSupport } from "@tatami/live";
import { createFigures } from "./figures.ts";
import { createRecordingButton } from "./recording-button.ts";
import { createRecordings } from "./recordings.ts";
import type { Session, SessionOptions } from "./session.ts";
import { startSession } from "./session.ts";
import { createStage } from "./stage.ts";

const form = element("#settings", HTMLFormElement);
const stage = createStage();
const figures = createFigures();
const recordings = createRecordings();
const recording = createRecordingButton((made) => {
  recordings.add(made);
  element("#announcement", HTMLElement).textContent = "The recording is ready, below.";
});
let running: AbortController | undefined;

const readForm = (): SessionOptions => {
  const data = new FormData(form);
  const [width, height] = String(data.get("size")).split("x").map(Number) as [number, number];
  return {
    size: { width, height },
    model: String(data.get("model")),
    overflow: String(data.get("overflow")) as OverflowPolicy,
    capacity: Number(data.get("capacity")),
    sound: data.has("sound"),
  };
};

/** Runs until it is stopped, the camera goes, or something fails. */
const run = async (): Promise<void> => {
  const { signal } = (running = new AbortController());
  let session: Session | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  figures.begin();
  const waiting = element("#getting-ready", HTMLElement);
  waiting.textContent = "Waiting for the camera …";
  showState("working", "Starting");
  try {
    session = await startSession(readForm(), signal);
    const { camera, live, sound } = session;
    waiting.textContent = "";
    stage.show(camera, live.track);
    recording.offer(session);
    const { upscaler, writeVia } = live;
    element("#engine", HTMLElement).textContent =
      `${upscaler.model.name} on ${upscaler.description}, in a worker; ` +
      `read by ${liveSupport().read[0]}, written by ${writeVia}; ` +
      (sound ? `sound of ${sound.label}` : "no sound");
    timer = setInterval(() => figures.show(live.stats()), 250);
    await live.ended;
    showState("empty", "The camera has ended");
  } catch (error) {
    if (signal.aborted) showState("empty", "Stopped");
    else showFailure(serializeError(error));
  } finally {
    clearInterval(timer);
    await recording.stop();
    stage.clear();
    await session?.[Symbol.asyncDispose]();
    running = undefined;
    document.body.dataset["camera"] = "off";
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) return;
  document.body.dataset["camera"] = "on";
  void run();
});
const stop = (): void => running?.abort(new DOMException("Stopped.", "AbortError"));
element("[data-action=stop]", HTMLElement).addEventListener("click", stop);
element("[data-action=back]", HTMLElement).addEventListener("click", () => showState("empty"));
addEventListener("beforeunload", (event) => {
  if (recording.isRecording() || recordings.isUnsaved()) event.preventDefault();
});
addEventListener("pagehide", () => running?.abort(new DOMException("The page was left.", "AbortError")));
void checkPage({ encode: false, camera: true });
