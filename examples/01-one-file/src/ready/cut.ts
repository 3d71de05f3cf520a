/** The part of a video that is worked on: from one moment to another, in seconds. */

/** `start` is before `end`; 0 and the video's duration are its own ends. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Moves the start, which stays at least one step before the end. */
export const withStart = (cut: Cut, start: number, step: number): Cut => ({
  ...cut,
  start: Math.max(0, Math.min(start, cut.end - step)),
});

/** Moves the end, which stays at least one step behind the start. */
export const withEnd = (cut: Cut, end: number, step: number, duration: number): Cut => ({
  ...cut,
  end: Math.min(duration, Math.max(end, Math.min(cut.start + step, duration))),
});

/** What is asked of a reader: nothing where the cut is the video's own beginning or end. */
export const readingOf = (
  cut: Cut,
  duration: number,
): { readonly start?: number; readonly end?: number } => ({
  ...(cut.start > 0 ? { start: cut.start } : {}),
  ...(cut.end < duration ? { end: cut.end } : {}),
});

/** 78.25 becomes "1:18.2": a clock that tells moments apart. */
export const formatMoment = (seconds: number): string => {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const whole = Math.floor(tenths / 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${tenths % 10}`;
};
