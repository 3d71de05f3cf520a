/** A page and its worker, built by each bundler and run once in a real Chromium; and by esbuild for Node. */

import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, inject, it, test } from "vitest";
import type { BuildPage } from "../../support/browser/bundled-page.ts";
import {
  buildByEsbuild,
  buildByVite,
  buildByWebpack,
  buildForNode,
} from "../../support/browser/bundled-page.ts";
import { openContext } from "../../support/browser/chromium.ts";
import { isolation, serveFolder } from "../../support/browser/serve-folder.ts";
import { watchPage } from "../../support/browser/watch-page.ts";

const chromium = inject("chromium");
const models = new URL("../../../packages/zoo/models/", import.meta.url);

/** What the program answers, whoever built it. */
interface Outcome {
  readonly expected: readonly (readonly number[])[];
  readonly seen: readonly (readonly number[])[];
  readonly engine: string;
  readonly refused: { readonly code: string; readonly fix: string };
}

function expectEnlarged({ expected, seen, engine, refused }: Outcome): void {
  expect(seen.map(({ length }) => length)).toEqual([80 * 52, 80 * 52, 80 * 52]);
  expect(new Set(seen.flat()).size).toBeGreaterThan(50);
  expect(seen).toEqual(expected);
  expect(engine).toMatch(/WebAssembly.*2 threads/);
  expect(refused).toEqual({ code: "invalid-option", fix: expect.stringMatching(/\.$/) });
}

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-bundle-"))));
afterEach(() => rm(folder, { recursive: true }));

describe.skipIf(chromium === "")("a page with an upscaler in its worker", () => {
  it.each<[name: string, build: BuildPage, takesModels: boolean]>([
    ["Vite", buildByVite, true],
    ["webpack 5", buildByWebpack, true],
    ["esbuild", buildByEsbuild, false],
  ])("works as %s builds it", async (_name, build, takesModels) => {
    await build(folder);
    if (!takesModels) await cp(fileURLToPath(models), join(folder, "models"), { recursive: true });
    await using server = await serveFolder(folder, isolation);
    await using opened = await openContext(chromium);
    const page = await opened.context.newPage();
    const { errors, strangers } = watchPage(page, server.url);
    await page.goto(`${server.url}/`);
    await page.waitForFunction(() => "compareInPage" in globalThis);
    const outcome = await page.evaluate(
      (baseUrl) =>
        (globalThis as unknown as { compareInPage(url?: string): Promise<Outcome> }).compareInPage(baseUrl),
      takesModels ? undefined : "./models/",
    );
    expectEnlarged(outcome);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });
});

test("a program for Node with an upscaler in its worker_threads works as esbuild builds it", async () => {
  await buildForNode(folder);
  const args = [join(folder, "server.mjs"), models.href];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(stderr).toBe("");
  expectEnlarged(JSON.parse(stdout) as Outcome);
});
