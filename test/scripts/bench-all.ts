/**
 * `npm run bench:all [-- NAME=VALUE…] [--list]`: the commands of every BENCH.md, one after the other. Words in capitals are folders,
 * models and programs of one's own; a command of which one is not given is named, and left out.
 */

import { spawnSync } from "node:child_process";
import { benchCommands } from "../support/documents/bench-commands.ts";
import { root } from "../laws/source-files.ts";

const words = process.argv.slice(2);
const given = new Map(
  words
    .filter((word) => /^[A-Z0-9]+=/.test(word))
    .map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] as const),
);
let failed = 0;
for (const { path, command } of benchCommands()) {
  const missing = new Set<string>();
  const line = command.replaceAll(/(?<=^| |=)[A-Z][A-Z0-9]+(?= |$)/g, (name) => {
    if (!given.has(name)) missing.add(name);
    return given.get(name) ?? name;
  });
  console.log(`\n${path}: ${line}`);
  if (missing.size > 0) console.log(`left out: give ${[...missing].map((name) => `${name}=…`).join(" ")}`);
  else if (!words.includes("--list")) {
    const { status } = spawnSync(line, { cwd: root, shell: true, stdio: "inherit" });
    if (status !== 0) failed++;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
