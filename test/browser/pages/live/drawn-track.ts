/** A live track of a moving picture, as a camera would give it. */

/** Draws until disposed of; the track is stopped then. */
export interface DrawnTrack extends Disposable {
  readonly track: MediaStreamTrack;
}

/** A bar that moves over a grey field, `rate` times a second. */
export function drawnTrack(width: number, height: number, rate: number): DrawnTrack {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false })!;
  let drawn = 0;
  const draw = (): void => {
    context.fillStyle = "#808080";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#f0f0f0";
    context.fillRect((drawn++ * 4) % width, 0, 8, height);
  };
  draw();
  const timer = setInterval(draw, 1000 / rate);
  const [track] = canvas.captureStream(rate).getVideoTracks();
  return {
    track: track!,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      track!.stop();
    },
  };
}
