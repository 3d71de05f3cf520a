/** Which streams beside the picture are there, and what they are. */

import type { Difference } from "./compare.ts";
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

function compareStream({ before, after, was, is }: Pair): Difference[] {
  const name = nameOf(was);
  const stream = { kind: was.kind, index: was.index };
  const tags = [
    ...tagDifferences(was.tags, is.tags),
    ...(was.language === is.language
      ? []
      : [`language ${is.language ?? "not stated"}, was ${was.language ?? "not stated"}`]),
    ...(was.name === is.name ? [] : [`name ${is.name ?? "lost"}, was ${was.name ?? "none"}`]),
    ...dispositionDifferences({ before, after, was, is }),
  ];
  return [
    ...contents(was, is).map((detail): Difference => {
      return {
        aspect: was.kind === "subtitle" ? "subtitles" : "sound",
        detail: `${name}: ${detail}`,
        stream,
      };
    }),
    ...startDifference({ before, after, was, is }).map((detail): Difference => ({
      aspect: "stream times",
      detail: `${name}: ${detail}`,
      stream,
    })),
    ...tags.map((detail): Difference => ({ aspect: "tags", detail: `${name}: ${detail}`, stream })),
  ];
}

// Uncompressed sound has no packets of its own: each container cuts it as it likes.
function contents(was: StreamFacts, is: StreamFacts): string[] {
  if (was.codec !== is.codec) return [`${is.codec}, was ${was.codec}`];
  if (was.codec.startsWith("pcm_"))
    return was.bytes === is.bytes ? [] : [`${is.bytes} bytes, was ${was.bytes}`];
  if (was.kind === "attachment" || was.packets === is.packets) return [];
  return [`${is.packets} packets, was ${was.packets}`];
}

function startDifference({ before, after, was, is }: Pair): string[] {
  const fell = is.rises || !was.rises ? [] : ["times fall in the output"];
  if (was.kind !== "audio" && was.kind !== "subtitle") return fell;
  const [had, has] = [was.start - before.picture!.times[0]!, is.start - after.picture!.times[0]!];
  const tolerance = inStep + Math.max(before.picture!.tick, after.picture!.tick, 0);
  if (Number.isNaN(had) || Math.abs(has - had) <= tolerance) return fell;
  return [...fell, `begins ${has.toFixed(3)} s from the first frame, was ${had.toFixed(3)} s`];
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
