/** One thing in which an output is otherwise than its input. */

import type { TrackKind } from "@tatami/core";

/** What of a file can differ. */
export type Aspect =
  | "frames missing"
  | "frames too many"
  | "end"
  | "start"
  | "times"
  | "times fall"
  | "duration"
  | "misstated duration"
  | "size"
  | "pixel aspect"
  | "display matrix"
  | "shape"
  | "color"
  | "sampling"
  | "transparency"
  | "captions"
  | "timecode"
  | "chapters"
  | "stream lost"
  | "stream added"
  | "sound"
  | "subtitles"
  | "contents"
  | "stream times"
  | "tags";

/** One thing that differs. */
export interface Difference {
  readonly aspect: Aspect;
  /** A phrase for people. */
  readonly detail: string;
  /** How much it is: frames missing, for instance. @defaultValue 1 */
  readonly amount?: number;
  /** Whether the output has more than the input, so that nothing is lost. */
  readonly isAddition?: true;
  /** The input's stream it is about. */
  readonly stream?: { readonly kind: TrackKind; readonly index: number };
}

/** A difference of two values, where there is one. */
export function differ(
  aspect: Aspect,
  name: string,
  was: string | number | boolean | undefined,
  is: string | number | boolean | undefined,
): Difference[] {
  if (was === is) return [];
  const detail = `${name} ${is ?? "not stated"}, was ${was ?? "not stated"}`;
  return [was === undefined ? { aspect, detail, isAddition: true } : { aspect, detail }];
}
