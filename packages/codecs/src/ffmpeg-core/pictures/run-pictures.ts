/** Runs FFmpeg once over a stretch of the video and hands its pictures out as they are decoded. */

import { TatamiError } from "@tatami/core";
import type { CoreThread } from "../core/core-thread.ts";
import { inputPath, outputPath } from "../core/core-messages.ts";
import type { LoggedPicture } from "./picture-log.ts";
import { createPictureLog } from "./picture-log.ts";

/** What one run reads. */
export interface PictureRun {
  /** The stream's number in its file. */
  readonly stream: number;
  /** Seconds from the start of the file to begin looking from. @defaultValue the start, without seeking */
  readonly seek?: number;
  /** The filter that passes over pictures before the first wanted: `trim=start_pts=1001`. @defaultValue none */
  readonly from?: string;
  /** Pictures at most. */
  readonly limit: number;
  /** Filters before pictures are counted, for instance one that makes whole pictures of interlaced ones. */
  readonly filters: readonly string[];
  /** Filters that bring pictures into the layout they leave in. */
  readonly conversion: readonly string[];
  /** Bytes of a picture. */
  readonly pictureBytes: number;
}

/** A picture as decoded. */
export interface RunPicture extends LoggedPicture {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The pictures of one run. Return it to break it off. */
export type RunPictures = AsyncGenerator<RunPicture, RunEnd, undefined>;

/** How a run ended. */
export interface RunEnd {
  readonly pictures: number;
  /** What was said after the last picture. */
  readonly complaints: readonly string[];
  readonly status: number;
}

/**
 * Runs the command. Left early, it leaves the worker in the middle of its work: then only dispose of that.
 *
 * Where the worker waits for its reader, few pictures are held at a time; elsewhere all of them may be, so `limit` is
 * what bounds memory.
 */
export async function* runPictures(thread: CoreThread, run: PictureRun): RunPictures {
  const log = createPictureLog();
  const held: Uint8Array<ArrayBuffer>[] = [];
  let wake = (): void => {};
  let pictures = 0;
  let outcome: { readonly status: number } | { readonly error: unknown } | undefined;
  const settle = (as: NonNullable<typeof outcome>): void => {
    outcome = as;
    wake();
  };
  const command = { program: "ffmpeg", args: argsFor(run), pieceBytes: run.pictureBytes } as const;
  const listener = {
    line: log.accept,
    data: (bytes: Uint8Array<ArrayBuffer>): void => {
      held.push(bytes);
      wake();
    },
  };
  thread.run(command, listener).then(
    (status) => settle({ status }),
    (error: unknown) => settle({ error }),
  );
  for (;;) {
    const data = held.shift();
    if (data) {
      const logged = log.take();
      if (!logged) throw unlogged();
      pictures++;
      thread.giveCredit();
      yield { ...logged, data };
    } else if (outcome) {
      if ("error" in outcome) throw outcome.error;
      return { pictures, complaints: log.takeComplaints(), status: outcome.status };
    } else await new Promise<void>((resolve) => (wake = resolve));
  }
}

function unlogged(): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: "FFmpeg's core wrote a picture that its log says nothing of.",
    fix: "Use @ffmpeg/core 0.12.10, which this was made for, and report the file.",
  });
}

function argsFor(run: PictureRun): string[] {
  const { stream, seek, from, limit, filters, conversion } = run;
  const chain = [
    ...filters,
    ...(from === undefined ? [] : [from]),
    // tells every picture's time in its log, in whole ticks
    "showinfo=checksum=0",
    ...conversion,
  ];
  const seeking = seek === undefined ? "" : `-noaccurate_seek -ss ${seek.toFixed(6)} `;
  const end = Number.isFinite(limit) ? `-frames:v ${limit} ` : "";
  return [
    ...`-hide_banner -nostats -loglevel repeat+level+info -copyts ${seeking}-noautorotate`.split(" "),
    ...`-i ${inputPath} -map 0:${stream} -vf`.split(" "),
    chain.join(","),
    ...`-fps_mode passthrough ${end}-f rawvideo ${outputPath}`.split(" "),
  ];
}
