/**
 * Installs the packages as strangers do, wherever strangers are, and prints a table:
 *
 *     npm run test:packed -- --all
 *
 * Without `--all` it is the part that the gate runs (`packed.test.ts`); `-- --all runtimes` is one group of runtimes, bundlers,
 * compilers and tools. It needs the registry: runtimes, bundlers and compilers are
 * installed from there. Exits with 1 where a row fails.
 */

import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { findChromium, howToGetChromium, launchChromium } from "../../support/browser/chromium.ts";
import { bundlers } from "./bundlers.ts";
import { compilers } from "./compilers.ts";
import { tableOf, tryAll } from "./row.ts";
import type { Row } from "./row.ts";
import type { Expected } from "./runtimes.ts";
import { runtimes } from "./runtimes.ts";
import { createStranger } from "./stranger.ts";
import { tools } from "./tools.ts";

if (!process.argv.includes("--all")) {
  const gate = spawnSync("npx", ["vitest", "run", "--project", "media", "packed"], { stdio: "inherit" });
  process.exit(gate.status ?? 1);
}
const wanted = process.argv.slice(2).filter((each) => each !== "--all");
const groups = { runtimes, bundlers, compilers, tools };
const isWanted = (group: keyof typeof groups): boolean => wanted.length === 0 || wanted.includes(group);

const chromium = findChromium();
if (chromium === undefined) throw new Error(howToGetChromium);
await using stranger = await createStranger();
const browser = await launchChromium(chromium);
const expected: Expected = {};
const rows: Row[] = [];
const tell = ({ where, what, works, outcome }: Row): void =>
  console.error(`${works ? "ok  " : "FAIL"} ${where}, ${what}: ${outcome}`);
try {
  if (isWanted("runtimes")) rows.push(...(await tryAll(await runtimes(stranger, expected), tell)));
  if (isWanted("bundlers")) rows.push(...(await tryAll(await bundlers(stranger, browser, expected), tell)));
  if (isWanted("compilers")) rows.push(...(await tryAll(await compilers(stranger), tell)));
  if (isWanted("tools")) rows.push(...(await tryAll(await tools(stranger), tell)));
} finally {
  await browser.close();
}
const head = `<!-- npm run test:packed -- --all, ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Chromium -->`;
console.log(tableOf(rows));
if (wanted.length === 0)
  await writeFile(
    new URL("../EVERYWHERE.md", import.meta.url),
    `# Where the packages were tried\n\n${head}\n\n${tableOf(rows)}\n`,
  );
if (rows.some(({ works }) => !works)) process.exitCode = 1;
