/** What of a report tells a difference. */

import { expect, test } from "vitest";
import type { Changed, Damage, LeftOut, TrackKind } from "@tatami/core";
import type { Difference } from "./difference.ts";
import type { TellingReport } from "./tell.ts";
import { falselyLeftOut, tell } from "./tell.ts";

/** A report with these entries, and no encoding but what is asked for. */
function reportOf(parts: {
  readonly leftOut?: readonly LeftOut[];
  readonly changed?: readonly Changed[];
  readonly damaged?: readonly Damage[];
  readonly transcoded?: TellingReport["encoding"]["transcoded"];
}): TellingReport {
  const { leftOut = [], changed = [], damaged = [], transcoded = [] } = parts;
  const encoding = {
    container: "mp4",
    codec: "avc",
    rejected: [],
    bitrate: 1,
    copied: [],
    leftOut,
    changed,
    transcoded,
  } as const;
  return { leftOut, changed, damaged, encoding };
}

const trackOf = (kind: TrackKind, index: number) => ({ kind, index, codec: null, language: null });
const leftOutOf = (kind: TrackKind, index: number, message = `${kind} ${index}`): LeftOut => ({
  track: trackOf(kind, index),
  reason: "container-cannot-hold",
  message,
});
const lost = (kind: TrackKind, index: number): Difference => ({
  aspect: "stream lost",
  detail: "lost",
  stream: { kind, index },
});
const tellersOf = (differences: readonly Difference[], report: TellingReport) =>
  tell(differences, report).map(({ by }) => by);

test("an entry of its own kind, and no other", () => {
  const changed = [{ kind: "color", message: "The transfer is not written." }] as const;
  const differences = [
    { aspect: "color", detail: "transfer" },
    { aspect: "tags", detail: "title lost" },
  ] as const;
  expect(tellersOf(differences, reportOf({ changed }))).toEqual(["The transfer is not written.", undefined]);
});

test("one entry of what is left out for each stream that is lost, by its number where that meets", () => {
  const report = reportOf({ leftOut: [leftOutOf("audio", 2), leftOutOf("audio", 7)] });
  expect(tellersOf([lost("audio", 1), lost("audio", 2)], report)).toEqual(["audio 7", "audio 2"]);
  const three = [lost("audio", 1), lost("audio", 2), lost("audio", 3)];
  expect(tellersOf(three, report).filter((by) => by === undefined)).toHaveLength(1);
  expect(tellersOf([lost("subtitle", 2)], report)).toEqual([undefined]);
});

test("damage, for frames and their end; nothing, for a wrong size", () => {
  const damaged = [{ seconds: 1, frames: null, message: "It breaks off." }];
  const differences = [
    { aspect: "frames missing", detail: "23 of 50" },
    { aspect: "end", detail: "breaks off" },
    { aspect: "size", detail: "160" },
  ] as const;
  expect(tellersOf(differences, reportOf({ damaged }))).toEqual([
    "It breaks off.",
    "It breaks off.",
    undefined,
  ]);
  expect(tellersOf(differences, reportOf({}))).toEqual([undefined, undefined, undefined]);
});

test("sound encoded anew, of the same track", () => {
  const sound = (index: number): Difference => {
    return { aspect: "sound", detail: "aac, was mp2", stream: { kind: "audio", index } };
  };
  const report = reportOf({ transcoded: [{ track: trackOf("audio", 1), codec: "aac" }] });
  expect(tellersOf([sound(1), sound(2)], report)).toEqual(["encoded anew as aac", undefined]);
});

test("transparency only by its own reason", () => {
  const gone = { aspect: "transparency", detail: "transparency" } as const;
  const opaque = {
    ...leftOutOf("video", 0, "Transparency is lost."),
    reason: "alpha-not-encodable",
  } as const;
  expect(tellersOf([gone], reportOf({ leftOut: [leftOutOf("video", 1)] }))).toEqual([undefined]);
  expect(tellersOf([gone], reportOf({ leftOut: [opaque] }))).toEqual(["Transparency is lost."]);
});

test("and what is said to be left out though nothing is lost is found", () => {
  const report = reportOf({ leftOut: [leftOutOf("audio", 1), leftOutOf("subtitle", 2)] });
  expect(falselyLeftOut([lost("audio", 1)], report)).toEqual(["subtitle 2"]);
  expect(falselyLeftOut([lost("audio", 1), lost("subtitle", 2)], report)).toEqual([]);
});
