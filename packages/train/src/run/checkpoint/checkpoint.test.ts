import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { builtFile } from "../built-file.ts";
import type { Checkpoint } from "./checkpoint-content.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  isCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
import { createRecipe } from "../../campaign/recipe.ts";

const recipe = createRecipe({ name: "tiny", architecture: { blocks: 1, features: 4, width: 4, scale: 2 } });

const vectors = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "__proto__"),
  fc.float32Array({ noNaN: true, maxLength: 20 }),
  { maxKeys: 4, noNullPrototype: true },
);

test("a checkpoint is read as it was written: any players with any vectors", () => {
  const lineage = [{ name: "m5-x2", role: "from", steps: 3, samples: 6 }] as const;
  fc.assert(
    fc.property(fc.nat(), fc.array(vectors, { maxLength: 3 }), fc.boolean(), (step, each, early) => {
      const checkpoint = createCheckpoint(step, each, early ? Infinity : 0.5);
      expect(decodeCheckpoint(encodeCheckpoint(checkpoint), "memory")).toEqual(checkpoint);
      const born = { ...checkpoint, lineage };
      expect(decodeCheckpoint(encodeCheckpoint(born), "memory")).toEqual(born);
    }),
  );
});

test("a checkpoint begins with the number of its format", () => {
  const bytes = encodeCheckpoint(createCheckpoint(3));
  expect(Buffer.from(bytes).toString("latin1")).toMatch(/^tatami checkpoint 2\n/);
  expect(isCheckpoint(bytes)).toBe(true);
  expect(isCheckpoint(Buffer.from("tatami checkpoint 3\n and more"))).toBe(false);
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
  const large = Object.fromEntries([1, 2, 3, 4, 5].map((name) => [name, new Float32Array(200_000)]));
  await writeCheckpoint(start, createCheckpoint(0, [large]));
  const program = `
    import { readCheckpoint, writeCheckpoint } from ${JSON.stringify(builtFile("run/checkpoint/checkpoint.js").href)};
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
      lines++;
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

function createCheckpoint(
  step: number,
  each: readonly Readonly<Record<string, Float32Array>>[] = [{ weights: Float32Array.of(1, 2) }],
  lowestLoss = 0.5,
): Checkpoint {
  const numbers = { moves: 2 * step, smoothedLoss: 0.25, lowestLoss, rateFactor: 0.5 };
  const players = Object.fromEntries(
    each.map((known, at) => [`player ${at}`, { ...numbers, vectors: known }]),
  );
  return { recipe, state: { step, random: [1, 2, 3, 4294967295], players } };
}
