import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { builtFile } from "./built-file.ts";
import type { Checkpoint } from "./trainer.ts";
import { decodeCheckpoint, encodeCheckpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { createRecipe } from "../campaign/recipe.ts";

const recipe = createRecipe({ name: "tiny", architecture: { blocks: 1, features: 16, width: 4, scale: 2 } });

test("a checkpoint is read as it was written", () => {
  const vector = fc.float32Array({ noNaN: true, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.nat(),
      fc.tuple(vector, vector, vector, vector, vector),
      fc.boolean(),
      (step, vectors, early) => {
        const checkpoint = createCheckpoint(step, vectors, early ? Infinity : 0.5);
        expect(decodeCheckpoint(encodeCheckpoint(checkpoint), "memory")).toEqual(checkpoint);
      },
    ),
  );
});

test("a checkpoint with any byte changed, or cut short, is refused", () => {
  const whole = encodeCheckpoint(createCheckpoint(3));
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = whole.slice();
      changed[at]! ^= flip;
      expect(() => decodeCheckpoint(changed, "memory")).toThrow("not a whole checkpoint");
      expect(() => decodeCheckpoint(whole.slice(0, at), "memory")).toThrow("not a whole checkpoint");
    }),
    { numRuns: 50 },
  );
});

test("a missing checkpoint says what to do", async () => {
  await expect(readCheckpoint("/nowhere/tiny.checkpoint")).rejects.toMatchObject({ code: "input-not-found" });
});

test("half a new checkpoint beside the old one does no harm", async () => {
  const path = await place();
  await writeCheckpoint(path, createCheckpoint(1));
  await writeFile(`${path}.part`, (await readFile(path)).subarray(0, 40));
  expect((await readCheckpoint(path)).state.step).toBe(1);
  await writeCheckpoint(path, createCheckpoint(2));
  expect((await readCheckpoint(path)).state.step).toBe(2);
});

test("a process killed while it writes leaves a whole checkpoint", async () => {
  const path = await place();
  const start = join(path, "..", "start.checkpoint");
  await writeCheckpoint(
    start,
    createCheckpoint(
      0,
      Array.from({ length: 5 }, () => new Float32Array(200_000)),
    ),
  );
  const program = `
    import { readCheckpoint, writeCheckpoint } from ${JSON.stringify(builtFile("run/checkpoint.js").href)};
    const { recipe, state } = await readCheckpoint(${JSON.stringify(start)});
    for (let step = 1; ; step++) {
      console.log("writing " + step);
      await writeCheckpoint(${JSON.stringify(path)}, { recipe, state: { ...state, step } });
    }`;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    let lines = 0;
    for await (const _line of createInterface({ input: child.stdout })) {
      lines += 1;
      if (lines === 3 + round) child.kill("SIGKILL");
    }
    expect((await exit)[1]).toBe("SIGKILL");
    expect((await readCheckpoint(path)).state.step).toBeGreaterThanOrEqual(2);
  }
});

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-train-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "tiny.checkpoint");
}

function createCheckpoint(step: number, vectors: readonly Float32Array[] = [], lowestLoss = 0.5): Checkpoint {
  const [weights, average, first, second, largest, curvature] = Array.from({ length: 6 }, (_, i) =>
    Float32Array.from(vectors[i] ?? [i]),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const scalars = { step, random: [1, 2, 3, 4294967295], smoothedLoss: 0.25, lowestLoss, rateFactor: 1 };
  return { recipe, state: { ...scalars, weights, average, first, second, largest, curvature } };
}
