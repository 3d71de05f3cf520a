/**
 * Enlarges every file of a folder by FFmpeg's own command, `ffmpeg -i IN -vf scale=2*iw:2*ih OUT`, and by Tatami, and prints
 * which of the two kept more of each by the same judge: `npm run table:peer -- FOLDER [SECONDS A FILE]`.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { containerFor, filesOf, outcomeOf } from "../support/awkward.ts";
import { compareKept } from "../support/judge/compare-kept.ts";
import type { Kept, OurEnd } from "../support/judge/compare-kept.ts";
import type { Difference } from "../support/judge/difference.ts";
import { compareFiles } from "../support/judge/compare.ts";
import { hasFfprobe, howToGetFfprobe } from "../support/judge/ffprobe.ts";
import { readFacts } from "../support/judge/judge-output.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

const [source, limit = "120"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table:peer -- FOLDER [SECONDS A FILE]");
  process.exit(2);
}
if (!hasFfprobe()) {
  console.error(howToGetFfprobe);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "tatami-peer-"));
const model = join(folder, "model.onnx");
writeFileSync(model, tinyModelFile());

/** What differs in FFmpeg's output; nothing where it made none. */
async function byFfmpeg(input: string): Promise<readonly Difference[] | undefined> {
  const output = join(folder, `peer-${basename(input)}.${containerFor(input)}`);
  const args = ["-v", "error", "-nostdin", "-y", "-i", input, "-vf", "scale=2*iw:2*ih", output];
  spawnSync("ffmpeg", args, { timeout: 1000 * Number(limit), killSignal: "SIGKILL" });
  const [before, after] = [await readFacts(input), await readFacts(output)];
  rmSync(output, { force: true });
  return before.picture && after.picture ? compareFiles(before, after) : undefined;
}

/** What differs in Tatami's output, or how it ended. */
async function byTatami(input: string): Promise<OurEnd> {
  const outcome = await outcomeOf(input, { folder, model, limitSeconds: Number(limit) });
  const isMade = outcome.result === "ok" || outcome.result === "damaged";
  return { ...outcome, found: isMade ? outcome.differences : undefined };
}

const counts: Record<Kept, number> = { more: 0, same: 0, less: 0, refused: 0, neither: 0 };
try {
  for (const input of filesOf(resolve(process.env["INIT_CWD"] ?? ".", source))) {
    const ffmpeg = await byFfmpeg(input);
    const { kept, detail } = compareKept(await byTatami(input), ffmpeg);
    counts[kept]++;
    console.log(`${kept === "less" ? "!" : " "} ${basename(input).padEnd(56)} ${kept.padEnd(8)} ${detail}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(
  `Tatami kept more in ${counts.more}, the same in ${counts.same}, less in ${counts.less}; refused ${counts.refused} that FFmpeg enlarges; neither reads ${counts.neither}.`,
);
process.exitCode = counts.less === 0 ? 0 : 1;
