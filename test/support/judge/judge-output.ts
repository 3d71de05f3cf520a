/** Whether an output is what its report says: ffprobe's word on the output against its word on the input. */

import type { FileFacts } from "./facts.ts";
import { compareFiles } from "./compare.ts";
import { factsOf } from "./facts.ts";
import { probe } from "./ffprobe.ts";
import type { TellingReport, Told } from "./tell.ts";
import { falselyLeftOut, tell } from "./tell.ts";

/** A verdict, and what it rests on. */
export interface Judgement {
  readonly detail: string;
  readonly valid: boolean;
  /** Every difference, told or not. */
  readonly differences: readonly Told[];
}

/** What ffprobe says of a file. */
export async function readFacts(path: string): Promise<FileFacts> {
  return factsOf(await probe(path));
}

/** Compares an output of twice the size with its input; whatever differs must stand in the report. */
export async function judgeOutput(
  input: string,
  output: string,
  report: TellingReport & { readonly frames: number },
): Promise<Judgement> {
  return judgeFacts(await readFacts(input), await readFacts(output), report);
}

/** The same for what ffprobe has said already. */
export function judgeFacts(
  before: FileFacts,
  after: FileFacts,
  report: TellingReport & { readonly frames: number },
): Judgement {
  const wrong = (detail: string): Judgement => ({ detail, valid: false, differences: [] });
  if (!after.picture) return wrong("ffprobe decodes no frame of the output");
  if (!before.picture)
    return wrong("ffprobe decodes no frame of the input: there is nothing to compare with");
  const found = compareFiles(before, after);
  const differences = tell(found, report);
  const untold = differences.filter(({ by }) => by === undefined).map(({ detail }) => detail);
  const untrue = [
    ...falselyLeftOut(found, report).map((message) => `said to be left out, but is not: ${message}`),
    ...(report.frames === after.picture.times.length
      ? []
      : [`the report says ${report.frames} frames, the output has ${after.picture.times.length}`]),
  ];
  const told = differences.flatMap(({ detail, by }) => (by === undefined ? [] : [`${detail} (told: ${by})`]));
  return {
    detail: [...untold, ...untrue, summaryOf(after), ...told].join("; "),
    valid: untold.length === 0 && untrue.length === 0,
    differences,
  };
}

function summaryOf({ picture, streams }: FileFacts): string {
  const { times, width, height } = picture!;
  const kinds = [...new Set(streams.map(({ kind }) => kind))];
  const counts = kinds.map((kind) => `${streams.filter((stream) => stream.kind === kind).length} ${kind}`);
  return [`${times.length} frames`, `${width}×${height}`, ...counts].join(", ");
}
