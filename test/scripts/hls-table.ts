/**
 * Upscales playlists that a faulty server hands out and prints what became of each: `npm run table:hls -- FOLDER`, where
 * FOLDER/hls holds the segments, list.m3u8 and the server, hls.mjs PORT FOLDER.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Outcome } from "../support/awkward.ts";
import { outcomeOf, printedRow } from "../support/awkward.ts";
import { hasFfprobe, howToGetFfprobe } from "../support/judge/ffprobe.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

/** What the server does, and how a job on it may end: with the whole film, with the gap told, or in an error. */
const faults: readonly {
  readonly fault: string;
  readonly list?: string;
  readonly may: readonly ("whole" | "gap told" | "error")[];
}[] = [
  { fault: "ok", may: ["whole"] },
  { fault: "slow", may: ["whole"] },
  { fault: "droponce", may: ["whole", "gap told"] },
  { fault: "seg404", may: ["whole", "gap told"] },
  { fault: "garbage", may: ["whole", "gap told"] },
  { fault: "drop", may: ["whole", "gap told"] },
  { fault: "stall", may: ["gap told", "error"] },
  { fault: "live", list: "live.m3u8", may: ["whole", "gap told", "error"] },
  { fault: "m404", may: ["error"] },
  { fault: "e500", may: ["error"] },
  { fault: "auth", may: ["error"] },
];
/** Faults that `--strict` must end in an error. */
const neverWhole = ["seg404", "garbage", "drop", "stall"];

const [source, limit = "120"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table:hls -- FOLDER [SECONDS A PLAYLIST]");
  process.exit(2);
}
if (!hasFfprobe()) {
  console.error(howToGetFfprobe);
  process.exit(2);
}
const segments = join(resolve(process.env["INIT_CWD"] ?? ".", source), "hls");
const folder = mkdtempSync(join(tmpdir(), "tatami-table-"));
const model = join(folder, "model.onnx");
writeFileSync(model, tinyModelFile());

/** Whether an end is one of those allowed. */
function endedAs({ result, valid, differences }: Outcome, may: readonly string[]): boolean {
  if (result === "connection-lost" || result === "damaged-input") return may.includes("error");
  if (result !== "ok" && result !== "damaged") {
    // refused before anything was read
    return may.includes("error") && may.length === 1 && /^[a-z]+(-[a-z]+)+$/.test(result);
  }
  const isWhole = differences.every(({ aspect }) => aspect !== "frames missing");
  return valid && may.includes(isWhole ? "whole" : "gap told");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const port = await freePort();
const server = spawn(process.execPath, [join(segments, "hls.mjs"), String(port), segments], {
  stdio: ["ignore", "pipe", "inherit"],
});
await once(server.stdout, "data");
let failed = 0;
try {
  for (const strict of [false, true])
    for (const { fault, list = "list.m3u8", may } of faults) {
      const isError = strict && neverWhole.includes(fault);
      const outcome = await outcomeOf(`http://127.0.0.1:${port}/${fault}/${list}`, {
        folder,
        model,
        limitSeconds: Number(limit),
        name: strict ? `${fault} --strict` : fault,
        judgedAgainst: join(segments, "list.m3u8"),
        flags: strict ? ["--strict"] : [],
      });
      const valid = endedAs(outcome, isError ? ["error"] : may);
      if (!valid) failed++;
      console.log(printedRow({ ...outcome, valid }));
    }
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
console.log(failed === 0 ? "Every playlist ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
