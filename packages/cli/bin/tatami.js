#!/usr/bin/env node
/** What npm links as `tatami`: it is there before anything is built, as npm wants what it links to be. */

import { existsSync } from "node:fs";

const built = new URL("../dist/bin.js", import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  process.stderr.write("tatami has not been built yet in this repository.\n  → npm run build\n");
  process.exitCode = 1;
}
