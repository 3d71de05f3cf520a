/**
 * Publishes what is not published yet, as `pack.ts` packs it:
 *
 *     npm run release [-- --dry-run]
 *
 * Run by the workflow `release` once a version is merged; `--dry-run` packs, asks the registry and publishes nothing.
 */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packAll } from "./pack.ts";

const run = promisify(execFile);
const isTrial = process.argv.includes("--dry-run");
const folder = await mkdtemp(join(tmpdir(), "tatami-release-"));
try {
  for (const [name, path] of await packAll(folder)) {
    const own = new URL(`../../packages/${name.replace("@tatami/", "")}/package.json`, import.meta.url);
    const { version } = JSON.parse(await readFile(own, "utf8")) as { readonly version: string };
    const isThere = await run("npm", ["view", `${name}@${version}`, "version"]).then(
      ({ stdout }) => stdout.trim() === version,
      () => false,
    );
    console.log(
      `${name}@${version}\t${isThere ? "is published" : isTrial ? "would be published" : "is being published"}`,
    );
    if (isThere || isTrial) continue;
    // where it was built, and from what, is signed by the workflow that runs this
    const provenance = process.env["GITHUB_ACTIONS"] ? ["--provenance"] : [];
    await run("npm", ["publish", path, "--access", "public", ...provenance]);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
