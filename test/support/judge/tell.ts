/** What of a report tells a difference: nothing may be otherwise in silence. */

import type { ChangedKind, LeftOut, TrackKind } from "@tatami/core";
import type { UpscaleReport } from "@tatami/upscale";
import type { Aspect, Difference } from "./difference.ts";

/** The parts of a report that tell of differences. */
export type TellingReport = Pick<UpscaleReport, "leftOut" | "changed" | "damaged" | "encoding">;

/** A difference, and the sentence of the report that tells it; none where it is not told. */
export interface Told extends Difference {
  readonly by: string | undefined;
}

interface Teller {
  /** Kinds of `changed` that tell it. */
  readonly changed?: readonly ChangedKind[];
  /** Whether any `damaged` tells it. */
  readonly damaged?: true;
  /** Kinds of tracks in `leftOut` that tell it; "own" is the kind of the difference's own stream. */
  readonly leftOut?: readonly (TrackKind | "own")[];
  /** Whether `encoding.transcoded` tells it, for the difference's own stream. */
  readonly transcoded?: true;
}

/** What tells what. An aspect with nothing beside it is never allowed. */
const tellers: Readonly<Record<Aspect, Teller>> = {
  "frames missing": { damaged: true },
  "frames too many": { changed: ["times"] },
  end: { damaged: true },
  start: { changed: ["times"] },
  times: { changed: ["times"] },
  "times fall": {},
  duration: { changed: ["times"], damaged: true },
  "misstated duration": {},
  size: {},
  "pixel aspect": { changed: ["shape"] },
  "display matrix": { changed: ["shape"] },
  shape: { changed: ["shape"] },
  color: { changed: ["color"] },
  sampling: { changed: ["sampling"] },
  transparency: { leftOut: ["video"] },
  captions: { changed: ["tags"], leftOut: ["subtitle", "data"] },
  timecode: { changed: ["tags"], leftOut: ["data"] },
  chapters: { changed: ["tags", "times"], leftOut: ["chapters"] },
  "stream lost": { leftOut: ["own"] },
  "stream added": {},
  sound: { changed: ["sound"], damaged: true, transcoded: true },
  subtitles: { changed: ["tags"], damaged: true, transcoded: true },
  // what attachments, data and further pictures hold
  contents: { changed: ["tags"], damaged: true },
  "stream times": { changed: ["times", "sound"], damaged: true },
  tags: { changed: ["tags"] },
};

/** Finds what tells each difference. One entry of `leftOut` tells of one lost stream. */
export function tell(differences: readonly Difference[], report: TellingReport): Told[] {
  const left = assignLeftOut(differences, report.leftOut);
  return differences.map((difference) => {
    const { changed, damaged, transcoded } = tellers[difference.aspect];
    const change = report.changed.find(({ kind }) => changed?.includes(kind));
    const damage = damaged && report.damaged[0];
    const anew =
      transcoded && report.encoding.transcoded?.find(({ track }) => track.index === difference.stream?.index);
    const by = change?.message ?? damage?.message ?? left.get(difference)?.message;
    return { ...difference, by: by ?? (anew && `encoded anew as ${anew.codec}`) };
  });
}

/** What a report says is left out though nothing of the kind is lost, a sentence each. */
export function falselyLeftOut(differences: readonly Difference[], report: TellingReport): string[] {
  const told = new Set(assignLeftOut(differences, report.leftOut).values());
  return report.leftOut.filter((entry) => !told.has(entry)).map(({ message }) => message);
}

/** Which entry tells which difference. Drivers number tracks in their own ways: where no number meets, the order decides. */
function assignLeftOut(
  differences: readonly Difference[],
  leftOut: readonly LeftOut[],
): ReadonlyMap<Difference, LeftOut> {
  const assigned = new Map<Difference, LeftOut>();
  const free = new Set(leftOut);
  for (const byNumber of [true, false])
    for (const difference of differences) {
      if (assigned.has(difference)) continue;
      const entry = [...free].find(
        (each) => isAbout(each, difference) && (!byNumber || each.track.index === difference.stream?.index),
      );
      if (!entry) continue;
      assigned.set(difference, entry);
      free.delete(entry);
    }
  return assigned;
}

function isAbout({ track, reason }: LeftOut, { aspect, stream }: Difference): boolean {
  const kinds = tellers[aspect].leftOut;
  if (!kinds || (reason === "alpha-not-encodable") !== (aspect === "transparency")) return false;
  if (kinds.includes(track.kind)) return true;
  // a cover is a picture to some containers and an attachment to others
  const isCover = stream?.kind === "attachment" && track.kind === "video";
  return kinds.includes("own") && (track.kind === stream?.kind || isCover);
}
