/**
 * Marble diagrams for work that promises: `TestScheduler.run` knows no promises, so its diagrams are read by it and
 * played one frame of virtual time after another, with everything that has been promised settled in between.
 */

import { setImmediate } from "node:timers/promises";
import type { Observable, ObservableNotification } from "rxjs";
import { Subject } from "rxjs";
import { TestScheduler } from "rxjs/testing";

/** One notification at its virtual time: a letter, `|`, or `#` with what was told. */
export interface PlayedMarble {
  readonly time: number;
  readonly value: string;
  readonly error?: unknown;
}

/** A stage on which marbles are played. */
export interface MarbleStage<In> {
  /** What the letters of `source` become. */
  readonly values: (letter: string) => In;
  /** The operator's observable over the source. */
  readonly build: (source: Observable<In>, wait: (ticks: number) => Promise<void>) => Observable<string>;
  /** When it is unsubscribed from; never when left out. */
  readonly unsubscribeAt?: number;
  readonly sourceError?: unknown;
}

/** Plays `source` and gives what came out, until `ticks` of virtual time have passed. */
export async function playMarbles<In>(
  source: string,
  stage: MarbleStage<In>,
  ticks: number,
): Promise<PlayedMarble[]> {
  const messages = readMarbles(source);
  const played: PlayedMarble[] = [];
  const waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  let time = 0;
  const wait = (count: number): Promise<void> =>
    new Promise((resolve) => waiting.push({ until: time + count, resolve }));
  const subject = new Subject<In>();
  const subscription = stage.build(subject, wait).subscribe({
    next: (value) => played.push({ time, value }),
    error: (error: unknown) => played.push({ time, value: "#", error }),
    complete: () => played.push({ time, value: "|" }),
  });
  await setImmediate();
  for (; time <= ticks; time++) {
    for (const each of waiting.filter(({ until }) => until === time)) each.resolve();
    await setImmediate();
    if (time === stage.unsubscribeAt) subscription.unsubscribe();
    for (const { notification } of messages.filter(({ frame }) => frame === time)) {
      if (notification.kind === "N") subject.next(stage.values(notification.value));
      else if (notification.kind === "E") subject.error(stage.sourceError);
      else subject.complete();
    }
    await setImmediate();
  }
  subscription.unsubscribe();
  for (const { resolve } of waiting) resolve();
  await setImmediate();
  return played;
}

/** What a diagram says, as {@link playMarbles} would give it. */
export function expectedMarbles(marbles: string): PlayedMarble[] {
  return readMarbles(marbles).map(({ frame, notification }) => ({
    time: frame,
    value: notification.kind === "N" ? notification.value : notification.kind === "E" ? "#" : "|",
  }));
}

function readMarbles(
  marbles: string,
): readonly { readonly frame: number; readonly notification: ObservableNotification<string> }[] {
  return TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).map((message) => ({
    ...message,
    frame: message.frame / TestScheduler.frameTimeFactor,
  }));
}
