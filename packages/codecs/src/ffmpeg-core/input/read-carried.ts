/** What an input that FFmpeg reads says of itself, for the writer to carry over. */

import type { Changed } from "@tatami/core";
import type { Carried, CarriedTrack } from "../../carried/carried.ts";
import { captionsLost, denserSampling, mirrorLost, resampled } from "../../carried/lost-in-pictures.ts";
import type { Tags } from "../../carried/tag-names.ts";
import { withoutOwnNotes } from "../../carried/tag-names.ts";
import type { Probed, ProbedPicture, ProbedStream } from "../pictures/probe.ts";

/** Sorts what ffprobe told. */
export function readCarried(probed: Probed): Carried {
  const { format, streams, video, pictures } = probed;
  return {
    tags: withoutOwnNotes(withoutLanguages(format.tags ?? {})),
    boxes: {},
    images: [],
    attachments: {},
    createdAt: dateOf(format.tags),
    tracks: new Map(streams.map((stream) => [stream.index, trackOf(stream)])),
    changed: changesOf(probed),
    leftOut: pictures.some(holdsCaptions) ? [captionsLost(video.index)] : [],
  };
}

function holdsCaptions({ side_data_list = [] }: ProbedPicture): boolean {
  return side_data_list.some(({ side_data_type = "" }) => /closed captions/i.test(side_data_type));
}

function trackOf({ tags = {}, disposition = {} }: ProbedStream): CarriedTrack {
  const { title, language } = tags;
  const createdAt = dateOf(tags);
  return {
    disposition: {
      default: disposition["default"] === 1,
      forced: disposition["forced"] === 1,
      original: disposition["original"] === 1,
      commentary: disposition["comment"] === 1,
      hearingImpaired: disposition["hearing_impaired"] === 1,
      visuallyImpaired: disposition["visual_impaired"] === 1,
    },
    ...(title === undefined ? {} : { name: title }),
    ...(language === undefined || !/^[a-z]{3}$/.test(language) || language === "und" ? {} : { language }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function changesOf({ video, pictures }: Probed): readonly Changed[] {
  const sampling = denserSampling((pictures[1] ?? pictures[0])?.pix_fmt ?? null);
  const isMirrored = video.side_data_list?.some(({ displaymatrix }) => mirrors(displaymatrix)) ?? false;
  return [
    ...(sampling === undefined ? [] : [resampled(sampling)]),
    ...(isMirrored ? [mirrorLost("FFmpeg's core beside mediabunny")] : []),
  ];
}

/** Whether the first two rows of a printed matrix, `00000000: 0 65536 0`, turn a picture over. */
function mirrors(printed: string | undefined): boolean {
  const rows = [...(printed ?? "").matchAll(/^\s*\d+:\s+(-?\d+)\s+(-?\d+)/gm)];
  const [a, b, c, d] = rows.slice(0, 2).flatMap(([, x, y]) => [Number(x), Number(y)]);
  return a !== undefined && b !== undefined && c !== undefined && d !== undefined && a * d - b * c < 0;
}

/** Milliseconds since 1970. */
function dateOf(tags: Tags | undefined): number | undefined {
  const date = Date.parse(tags?.["creation_time"] ?? "");
  return Number.isNaN(date) ? undefined : date;
}

/** FFmpeg lists QuickTime's texts once more by language: `title-eng`. */
function withoutLanguages(tags: Tags): Tags {
  const named = Object.entries(tags).map(
    ([name, value]) => [name.startsWith("com.") ? name : name.toLowerCase(), value] as const,
  );
  const values = new Map(named);
  return Object.fromEntries(
    named.filter(([name, value]) => {
      const base = name.replace(/-[a-z]{3}$/, "");
      return base === name || values.get(base) !== value;
    }),
  );
}
