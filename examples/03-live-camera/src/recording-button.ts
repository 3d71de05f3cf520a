/** The button that begins and ends a recording, and what stands beside it meanwhile. */

import { element } from "@tatami/example-parts/element";
import { formatClock } from "@tatami/example-parts/format";
import { serializeError } from "@tatami/example-parts/job-outcome";
import { explainInPage } from "@tatami/example-parts/page-error";
import type { Recorder, Recording } from "./recorder.ts";
import { startRecorder } from "./recorder.ts";
import type { Session } from "./session.ts";

/** Records a session. */
export interface RecordingButton {
  /** A session that may be recorded from now on. */
  offer(session: Session): void;
  /** Ends what is under way, and waits until it is kept. */
  stop(): Promise<void>;
  isRecording(): boolean;
}

/** @param keep is given what was recorded */
export const createRecordingButton = (keep: (recording: Recording) => void): RecordingButton => {
  const button = element("[data-action=record]", HTMLButtonElement);
  const told = element("#recorded", HTMLElement);
  let session: Session | undefined;
  let recorder: Recorder | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  const show = (): void => {
    document.body.toggleAttribute("data-recording", recorder !== undefined);
    button.textContent = recorder ? "Stop recording" : "Record";
  };
  const start = ({ sound, tap }: Session): void => {
    const begun = (recorder = startRecorder(sound));
    tap(begun.take);
    const tell = (): void => void (told.textContent = formatClock(begun.seconds()));
    timer = setInterval(tell, 250);
    tell();
    show();
  };
  const stop = async (): Promise<void> => {
    const ending = recorder;
    if (!ending) return;
    recorder = undefined;
    clearInterval(timer);
    session?.tap(undefined);
    told.textContent = "";
    show();
    try {
      const recording = await ending.stop();
      if (recording) keep(recording);
      else told.textContent = "Nothing was recorded: no picture came.";
    } catch (error) {
      const { message, fix } = explainInPage(serializeError(error));
      told.textContent = `The recording could not be written. ${message} ${fix}`;
    }
  };
  button.addEventListener("click", () => {
    if (recorder) void stop();
    else if (session) start(session);
  });
  return {
    isRecording: () => recorder !== undefined,
    offer: (wanted) => {
      session = wanted;
      button.disabled = false;
      told.textContent = "";
      show();
    },
    stop: async () => {
      await stop();
      session = undefined;
      button.disabled = true;
    },
  };
};
