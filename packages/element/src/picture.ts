/** The canvas over the video: the larger picture, beside the plain one of the same moment where they are compared. */

/** Two frames of one moment, drawn. */
export interface Picture {
  /** Takes both frames and draws them. */
  show(before: VideoFrame, after: VideoFrame): void;
  /** Where the plain picture ends, 0 to 1 of the width; nothing where only the larger one is shown. */
  split(at: number | undefined): void;
  /** Closes the frames; the canvas is left empty. */
  clear(): void;
}

/** Draws on `canvas`, whose size becomes that of the larger frames. */
export function createPicture(canvas: HTMLCanvasElement): Picture {
  const context = canvas.getContext("2d", { alpha: false })!;
  let shown: { readonly before: VideoFrame; readonly after: VideoFrame } | undefined;
  let splitAt: number | undefined;

  const draw = (): void => {
    if (!shown) return;
    const { before, after } = shown;
    const { displayWidth: width, displayHeight: height } = after;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(after, 0, 0);
    if (splitAt === undefined) return;
    const edge = Math.round(splitAt * width);
    context.save();
    context.beginPath();
    context.rect(0, 0, edge, height);
    context.clip();
    // as a browser enlarges a video
    context.imageSmoothingQuality = "medium";
    context.drawImage(before, 0, 0, width, height);
    context.restore();
  };
  const close = (): void => {
    shown?.before.close();
    shown?.after.close();
    shown = undefined;
  };
  return {
    show(before, after) {
      close();
      shown = { before, after };
      draw();
    },
    split(at) {
      splitAt = at;
      draw();
    },
    clear() {
      close();
      canvas.width = 0;
    },
  };
}
