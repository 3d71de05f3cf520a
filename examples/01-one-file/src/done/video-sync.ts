/** Keeps a second video on the same frame as a first: together they play, pause and seek. */

/** Seconds apart beyond which the follower jumps; below it, it runs a little faster or slower. */
const jumpAt = 0.2;
/** Seconds apart that nobody sees: half a frame at 30 frames a second. */
const tolerance = 1 / 60;

/** The playback rate that closes a gap of `drift` seconds (positive: the follower is ahead). */
export const correctedRate = (rate: number, drift: number): number =>
  Math.abs(drift) < tolerance ? rate : rate * (1 - Math.max(-0.25, Math.min(0.25, drift * 2)));

/**
 * Ties the follower to the leader until the signal aborts.
 *
 * @param ahead seconds that the follower's clock is ahead: where its first frame is not the leader's
 */
export const syncVideos = (
  leader: HTMLVideoElement,
  follower: HTMLVideoElement,
  signal: AbortSignal,
  ahead = 0,
): void => {
  const align = (): void => {
    follower.playbackRate = leader.playbackRate;
    const wanted = leader.currentTime + ahead;
    if (follower.currentTime !== wanted) follower.currentTime = wanted;
  };
  const play = (): void => {
    // A play() that a pause interrupts rejects; the pause is what was wanted then.
    follower.play().catch(() => undefined);
  };
  const correct = (): void => {
    if (leader.paused || leader.seeking || follower.seeking) return;
    const drift = follower.currentTime - leader.currentTime - ahead;
    if (Math.abs(drift) > jumpAt) align();
    else follower.playbackRate = correctedRate(leader.playbackRate, drift);
    if (follower.paused && !follower.ended) play();
  };
  const on = (type: string, handler: () => void): void => leader.addEventListener(type, handler, { signal });

  on("play", play);
  on("playing", play);
  on("waiting", () => follower.pause());
  on("pause", () => {
    follower.pause();
    align();
  });
  on("seeking", align);
  on("seeked", () => {
    align();
    if (!leader.paused) play();
  });
  on("ratechange", align);
  on("timeupdate", correct);
  if ("requestVideoFrameCallback" in leader) everyFrame(leader, correct, signal);
};

const everyFrame = (video: HTMLVideoElement, handler: () => void, signal: AbortSignal): void => {
  const next = (): void => {
    if (signal.aborted) return;
    handler();
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
};
