/** The frames that differ most, kept while a video goes by: a few, and none beside one another. */

import type { Rect } from "@tatami/core";
import type { RgbPicture } from "../pictures/to-rgb.ts";
import type { VideoName, WorstPlace } from "./options.ts";
import { encodePicture } from "../pictures/encode-picture.ts";

/** Frames kept of each video, and the least seconds between two of them. */
const [keptPlaces, apart] = [3, 1];

/** A frame that may be among the worst. */
export interface Candidate {
  readonly name: VideoName;
  readonly time: number;
  readonly psnr: number;
  /** Cuts the place out of every video; only called when the frame is kept. */
  cut(): { readonly place: Rect; readonly pictures: readonly Cut[] };
}

/** The place in one video. */
export interface Cut {
  readonly name: VideoName;
  readonly picture: RgbPicture;
}

/** Keeps the worst of what it is offered. */
export interface WorstPlaces {
  offer(candidate: Candidate): void;
  /** Worst first, for each video. */
  finish(): Promise<readonly WorstPlace[]>;
}

interface Kept extends Omit<Candidate, "cut">, ReturnType<Candidate["cut"]> {}

/** Nothing kept yet. */
export function createWorstPlaces(): WorstPlaces {
  const kept = new Map<VideoName, Kept[]>();
  return {
    offer({ name, time, psnr, cut }) {
      if (psnr === Infinity) return;
      const list = kept.get(name) ?? [];
      const near = list.filter((each) => Math.abs(each.time - time) < apart);
      const last = list.at(-1);
      // one that is worse than all its neighbours takes their place
      if (
        near.length > 0
          ? near.some((each) => each.psnr <= psnr)
          : list.length >= keptPlaces && last!.psnr <= psnr
      )
        return;
      const rest = list.filter((each) => !near.includes(each));
      const all = [...rest, { name, time, psnr, ...cut() }].toSorted((a, b) => a.psnr - b.psnr);
      kept.set(name, all.slice(0, keptPlaces));
    },
    async finish() {
      const places: WorstPlace[] = [];
      for (const { name, time, psnr, place, pictures } of [...kept.values()].flat()) {
        const files = [];
        for (const { name: of, picture } of pictures)
          files.push({ name: of, file: await encodePicture(picture, "lossless") });
        places.push({ name, time, psnr, place, pictures: files });
      }
      return places;
    },
  };
}
