/** Which streams beside the picture are there, and what they are. */

import type { TrackKind } from "@tatami/core";
import type { Aspect, Difference } from "./difference.ts";
import type { FileFacts, StreamFacts } from "./facts.ts";
import { tagDifferences } from "./tags.ts";

/** Sound may begin so much elsewhere beside the picture, in seconds: what no ear and no lip tells. */
const inStep = 0.002;

/** Compares every stream but the picture. */
export function compareStreams(before: FileFacts, after: FileFacts): Difference[] {
  const pairs = pairStreams(before.streams, after.streams);
  const paired = new Set(pairs.map(([, now]) => now));
  const added = after.streams.filter((stream) => !paired.has(stream));
  return [
    ...pairs.flatMap(([was, is]) => (is ? compareStream({ before, after, was, is }) : [lost(was)])),
    ...added.map((stream): Difference => ({
      aspect: "stream added",
      detail: `${nameOf(stream)} is not in the input`,
      isAddition: true,
    })),
  ];
}

/** Each stream of the input with its successor: equal ones first, then those of its kind in their order. */
function pairStreams(
  before: readonly StreamFacts[],
  after: readonly StreamFacts[],
): (readonly [StreamFacts, StreamFacts | undefined])[] {
  const free = new Set(after);
  const found = new Map<StreamFacts, StreamFacts>();
  const likenesses: ((was: StreamFacts, is: StreamFacts) => boolean)[] = [
    (was, is) => was.codec === is.codec && was.packets === is.packets && was.language === is.language,
    (was, is) => was.codec === is.codec && was.language === is.language,
    (was, is) => was.language === is.language,
    () => true,
  ];
  for (const isLike of likenesses)
    for (const was of before) {
      if (found.has(was)) continue;
      const is = [...free].find((each) => each.kind === was.kind && isLike(was, each));
      if (!is) continue;
      found.set(was, is);
      free.delete(is);
    }
  return before.map((was) => [was, found.get(was)] as const);
}

interface Pair {
  readonly before: FileFacts;
  readonly after: FileFacts;
  readonly was: StreamFacts;
  readonly is: StreamFacts;
}

function compareStream(pair: Pair): Difference[] {
  const { was, is } = pair;
  const stream = { kind: was.kind, index: was.index };
  const name = nameOf(was);
  const about = (aspect: Aspect, details: readonly string[]): Difference[] =>
    details.map((detail) => ({ aspect, detail: `${name}: ${detail}`, stream }));
  const tags = tagDifferences(was.tags, is.tags, `${name}: `).map((each) => ({ ...each, stream }));
  return [
    ...about(contentsOf[was.kind] ?? "contents", contentDifferences(was, is)),
    ...about("stream times", timeDifferences(pair)),
    ...tags,
    ...about("tags", [
      ...changeOf("language", was.language, is.language),
      ...changeOf("name", was.name, is.name),
      ...dispositionDifferences(pair),
    ]),
  ];
}

const contentsOf: Partial<Record<TrackKind, Aspect>> = { audio: "sound", subtitle: "subtitles" };

function changeOf(name: string, was: string | undefined, is: string | undefined): string[] {
  return was === is ? [] : [`${name} ${is ?? "not stated"}, was ${was ?? "not stated"}`];
}

// Uncompressed sound has no packets of its own: each container cuts it as it likes.
function contentDifferences(was: StreamFacts, is: StreamFacts): string[] {
  if (was.codec !== is.codec) return [`${is.codec}, was ${was.codec}`];
  if (was.codec.startsWith("pcm_"))
    return was.bytes === is.bytes ? [] : [`${is.bytes} bytes, was ${was.bytes}`];
  if (was.kind === "attachment" || was.packets === is.packets) return [];
  return [`${is.packets} packets, was ${was.packets}`];
}

// Counted from the first frame, which need not be the same one where frames are missing: there from the file's start.
function timeDifferences({ before, after, was, is }: Pair): string[] {
  if (was.kind !== "audio" && was.kind !== "subtitle") return [];
  const [picture, now] = [before.picture!, after.picture!];
  const isWhole = picture.times.length === now.times.length;
  const [from, to] = isWhole ? [picture.times[0]!, now.times[0]!] : [0, 0];
  const tolerance = inStep + Math.max(picture.tick, now.tick);
  const isLike = was.packets === is.packets && was.codec === is.codec && !was.codec.startsWith("pcm_");
  // of sound that was encoded anew or cut otherwise only the first packet can be compared
  const compared = isLike ? was.times.length : 1;
  const moved = was.times.slice(0, compared).flatMap((time, index) => {
    const [had, has] = [time - from, (is.times[index] ?? NaN) - to];
    const phrase = `packet ${index} ${has.toFixed(3)} s from the first frame, was ${had.toFixed(3)} s`;
    return Math.abs(has - had) > tolerance ? [phrase] : [];
  });
  return [...(is.rises ? [] : ["times fall in the output"]), ...moved.slice(0, 1)];
}

// Which one plays by default is told apart only among several, and each container has its own rule where nothing says.
function dispositionDifferences({ before, after, was, is }: Pair): string[] {
  const names = new Set([...was.dispositions, ...is.dispositions]);
  const alike = before.streams.filter(({ kind }) => kind === was.kind).length;
  if (before.container !== after.container || alike < 2) names.delete("default");
  return [...names]
    .filter((name) => was.dispositions.has(name) !== is.dispositions.has(name))
    .map((name) => (is.dispositions.has(name) ? `now marked ${name}` : `no longer marked ${name}`));
}

function lost(stream: StreamFacts): Difference {
  const { kind, index } = stream;
  return { aspect: "stream lost", detail: `${nameOf(stream)} lost`, stream: { kind, index } };
}

function nameOf({ kind, index, codec, name }: StreamFacts): string {
  return `${kind} ${index} (${name ?? codec})`;
}
