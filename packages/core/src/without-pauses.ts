/** Progress that was paused. */

/** What is told of progress, as far as pauses change it. */
export interface PausedProgress {
  readonly framesDone: number;
  readonly framesPerSecond: number;
  readonly secondsLeft?: number;
  /** Of frames that were there already no time was spent on. */
  readonly segments?: { readonly keptFrames: number };
}

/** Progress by the time in which there was work: a rate and what is left, without the pauses in them. @param paused milliseconds in all */
export function withoutPauses<P extends PausedProgress>(progress: P, paused: number): P {
  const { framesDone, framesPerSecond, secondsLeft, segments } = progress;
  const made = framesDone - (segments?.keptFrames ?? 0);
  if (paused <= 0 || framesPerSecond <= 0 || made <= 0) return progress;
  const seconds = made / framesPerSecond;
  const worked = Math.max(seconds - paused / 1000, seconds / 1000);
  const share = worked / seconds;
  return {
    ...progress,
    framesPerSecond: framesPerSecond / share,
    ...(secondsLeft === undefined ? {} : { secondsLeft: secondsLeft * share }),
  };
}
