/** The chosen file: its URL for players, and what the browser can tell about it. */

export interface SourceClip {
  readonly file: File;
  /** Good until it is revoked. */
  readonly url: string;
  revoke(): void;
}

/** What a `<video>` says about a file. */
export interface ClipFacts {
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
}

export const openClip = (file: File): SourceClip => {
  const url = URL.createObjectURL(file);
  return { file, url, revoke: () => URL.revokeObjectURL(url) };
};

/** Loads the clip into a player; `undefined` when this browser cannot play it (it may still be readable). */
export const loadFacts = (video: HTMLVideoElement, clip: SourceClip): Promise<ClipFacts | undefined> =>
  new Promise((resolve) => {
    const settled = new AbortController();
    const settle = (facts?: ClipFacts): void => {
      settled.abort();
      resolve(facts);
    };
    const { signal } = settled;
    video.addEventListener(
      "loadedmetadata",
      () => settle({ width: video.videoWidth, height: video.videoHeight, duration: video.duration }),
      { signal },
    );
    video.addEventListener("error", () => settle(), { signal });
    video.src = clip.url;
  });
