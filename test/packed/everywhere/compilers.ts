/** TypeScript's versions, strict, over the declarations as strangers get them. */

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Try } from "./row.ts";
import type { Stranger } from "./stranger.ts";

const run = promisify(execFile);

/** Every minor version from the oldest that the declarations are for. */
const versions = ["5.6.3", "5.7.3", "5.8.3", "5.9.3", "6.0.3", "7.0.2"];

/** What a stranger who is careful asks for. */
export const strict = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  target: "ES2022",
};
/** How names of packages are looked up. */
export const resolutions = {
  nodenext: { module: "NodeNext", moduleResolution: "NodeNext" },
  bundler: { module: "ESNext", moduleResolution: "Bundler" },
};
/** What is known of the world around. */
export const libraries = {
  "with DOM": { lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"], types: [] },
  "without DOM": { lib: ["ES2023", "ESNext.Disposable"], types: ["node"] },
};

/** What a stranger writes; a wrong option has to be refused. */
export const usage = `import { createUpscaler, upscale } from "@tatami/upscale";
import type { Frame, UpscaleReport } from "@tatami/upscale";
import { chooseModel, loadModel } from "@tatami/zoo";

export const report: UpscaleReport = await upscale("in.mp4", { model: chooseModel(), output: "out.mp4" });
export const upscaler = await createUpscaler({ model: await loadModel("m5-x2") });
export const larger = (frame: Frame): Promise<Frame> => upscaler.frame(frame);
// @ts-expect-error -- there is no such option
await upscale("in.mp4", { model: chooseModel(), output: "out.mp4", sharpness: 1 });
`;

/** The compilers to try, each in four ways. */
export async function compilers({ folder, tool }: Stranger): Promise<readonly Try[]> {
  const place = await tool(
    "typescript",
    ...versions.map((version) => `typescript-${version}@npm:typescript@${version}`),
  );
  return versions.map((version) => ({
    where: `TypeScript ${version}`,
    what: "strict: nodenext and bundler, with and without DOM",
    run: async () => {
      for (const [resolution, how] of Object.entries(resolutions))
        for (const [library, which] of Object.entries(libraries)) {
          const project = join(folder, `types ${version} ${resolution} ${library}`);
          await mkdir(project);
          await writeFile(join(project, "use.ts"), usage);
          // as tsc --init has it
          const compilerOptions = { ...strict, ...how, ...which, skipLibCheck: true };
          await writeFile(
            join(project, "tsconfig.json"),
            JSON.stringify({ compilerOptions, files: ["use.ts"] }),
          );
          await run(process.execPath, [
            join(place, "node_modules", `typescript-${version}`, "bin/tsc"),
            "-p",
            project,
          ]);
        }
      return "no errors in 4 ways, and a wrong option is one";
    },
  }));
}
