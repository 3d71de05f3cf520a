import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const program = `import "./jsx.ts";
export const right: unknown = <tatami-video src="a.mp4" model="m5-x2" compare strength={0.5} onClick={() => {}} />;
// @ts-expect-error -- a model has a name
export const wrong: unknown = <tatami-video model={5} />;
export const model: string | undefined = document.querySelector("tatami-video")?.model;
`;

test("JSX and the page's own types know the element", async () => {
  // beside the sources, so that they are found as they are
  const folder = await mkdtemp(join(here, "jsx-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "use.tsx"), program.replace("./jsx.ts", "../jsx.ts"));
  const compilerOptions = { noEmit: true, jsx: "react-jsx", isolatedDeclarations: false };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../../tsconfig.json", compilerOptions, files: ["use.tsx"] }),
  );
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(stdout).toBe("");
});
