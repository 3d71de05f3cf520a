/** What only the frames themselves, and the streams beside them, tell while they are written. */

import { videoStream } from "../input/media.ts";
import type { Encoding, Frame, LeftOut, TrackDescription } from "@tatami/core";
import type { StreamCopier } from "./copy-streams.ts";
import { alphaLost, captionsLost, carriesCaptions, chaptersLost } from "./losses.ts";
import type { WritePlan } from "./plan-write.ts";

/** What only the frames themselves tell. */
/** Looks at frames as they are written. */
export interface Findings {
  look(frame: Frame): Promise<void>;
  /** Whether there was room for the chapters. */
  wrote(chapters: boolean): void;
  encoding(copier: StreamCopier | undefined): Encoding;
}

/** Begins with what the plan tells. */
export function createFindings(plan: WritePlan): Findings {
  const { media, video } = plan;
  const { codec, container } = plan.encoding;
  const source = videoStream(media);
  const has = (reason: LeftOut["reason"], kind: string): boolean =>
    plan.encoding.leftOut.some((left) => left.reason === reason && left.track.kind === kind);
  let isTransparent = has("alpha-not-encodable", "video") || video.withAlpha;
  let hasCaptions = has("container-cannot-hold", "subtitle") || carriesCaptions(codec);
  const leftOut: LeftOut[] = [];
  return {
    look: async (frame) => {
      if (!hasCaptions && media.captions.has(frame.timestamp)) {
        hasCaptions = true;
        leftOut.push(captionsLost(source, codec));
      }
      if (isTransparent || !media.description.video.hasAlpha) return;
      const { alpha } = await frame.planes();
      if (!alpha?.data.some((value) => value < 255)) return;
      isTransparent = true;
      leftOut.push(alphaLost(source, codec, container));
    },
    wrote: (chapters) => {
      if (!chapters) leftOut.push(chaptersLost(media, "there is no room for them in the file"));
    },
    encoding: (copier) => {
      const unread = [...leftOut, ...(copier?.leftOut ?? [])];
      const { encoding } = plan;
      const isLost = ({ index }: TrackDescription): boolean =>
        index !== source.index && unread.some(({ track }) => track.index === index);
      return {
        ...encoding,
        copied: encoding.copied.filter((track) => !isLost(track)),
        transcoded: (encoding.transcoded ?? []).filter(({ track }) => !isLost(track)),
        leftOut: [...encoding.leftOut, ...unread],
        changed: [...encoding.changed, ...(copier?.changed ?? [])],
      };
    },
  };
}
