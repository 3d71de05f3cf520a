import type { Plane, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extendPlane, planGrid } from "../grid.ts";
import { resolveReuse } from "./options.ts";
import type { ReuseOptions } from "./options.ts";
import type { DecidedFrame, PatchMemory } from "./patch-memory.ts";
import { createPatchMemory } from "./patch-memory.ts";

const frame: Size = { width: 37, height: 29 };
const scale = 2;
const halo = 3;
const grid = planGrid({ frame, patchSize: 16, halo });

describe("reusing patches that are the same bit for bit", () => {
  it("gives what computing everything gives, whatever changes, with frames in flight, dropped ones and resets", async () => {
    const alignments = fc.constantFrom(undefined, 4);
    const edits = fc.record({
      x: fc.nat(frame.width - 1),
      y: fc.nat(frame.height - 1),
      by: fc.constantFrom(0, 0, 1, 40),
      fate: fc.constantFrom("finish", "finish", "finish", "wait", "drop", "reset"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(edits, { minLength: 1, maxLength: 25 }),
        alignments,
        async (steps, alignment) => {
          const memory = await open({ reuse: "exact" }, alignment);
          const waiting: { decided: DecidedFrame; luma: Plane }[] = [];
          const luma = noise();
          const finish = (): void => {
            for (const each of waiting.splice(0))
              expect(complete(memory, each.decided, each.luma).data).toEqual(enlarge(each.luma).data);
          };
          for (const { x, y, by, fate } of steps) {
            luma.data[y * luma.stride + x]! += by;
            const now = copyOf(luma);
            const decided = memory.decide(extendPlane(now, memory.grid.extended));
            if (fate === "drop") {
              // frames are given up from the newest on, as an abort does it
              memory.drop(decided);
              continue;
            }
            waiting.push({ decided, luma: now });
            if (fate === "reset") memory.reset();
            if (fate !== "wait") finish();
          }
          finish();
        },
      ),
      { numRuns: 40 },
    );
  });

  it("computes nothing when nothing changes, and only what sees the pixel when one does", async () => {
    const memory = await open({ reuse: "exact" });
    const luma = noise();
    expect(run(memory, luma).computed).toBe(grid.patches.length);
    expect(run(memory, luma).computed).toBe(0);
    luma.data[5 * luma.stride + 4]! ^= 1;
    const seeing = grid.patches.filter(({ window }) => contains(window, 4, 5)).length;
    expect(run(memory, luma).computed).toBe(seeing);
    memory.reset();
    expect(run(memory, luma).computed).toBe(grid.patches.length);
  });
});

describe("reusing patches that changed by little", () => {
  it("carries a slow fade over, and computes again before it is far from the truth", async () => {
    const memory = await open({ reuse: "bounded", maxDifference: 12, meanDifference: 4, maxAge: 1000 });
    const start = flat(100);
    run(memory, start);
    const computed: number[] = [];
    for (let level = 1; level <= 20; level++) {
      const luma = flat(100 + level);
      const decided = memory.decide(luma);
      computed.push(decided.computed);
      const target = complete(memory, decided, luma);
      expect(target.data.every((value) => value === 100 + level)).toBe(true);
    }
    // 4 levels in the mean are carried, the fifth is computed
    expect(computed.map((count) => count > 0)).toEqual(
      Array.from({ length: 20 }, (_, index) => index % 5 === 4),
    );
  });

  it("computes a patch again when one pixel differs by more than allowed", async () => {
    const memory = await open({ reuse: "bounded", maxDifference: 12 });
    const luma = flat(100);
    run(memory, luma);
    luma.data[0] = 112;
    expect(run(memory, luma).computed).toBe(0);
    luma.data[0] = 113;
    expect(run(memory, luma).computed).toBeGreaterThan(0);
  });

  it("computes every patch again within the allowed age, and not all in one frame", async () => {
    const memory = await open({ reuse: "bounded", maxAge: 12 });
    const grain = [flat(100), flat(101)];
    run(memory, grain[0]!);
    const since = grid.patches.map(() => 0);
    const counts: number[] = [];
    for (let index = 1; index < 60; index++) {
      const decided = memory.decide(grain[index % 2]!);
      decided.decisions.forEach((decision, patch) => {
        since[patch] = decision === "compute" ? 0 : since[patch]! + 1;
        expect(since[patch]).toBeLessThanOrEqual(12 + 1);
      });
      counts.push(decided.computed);
      complete(memory, decided, grain[index % 2]!);
    }
    expect(Math.max(...counts)).toBeLessThan(grid.patches.length);
  });

  it("computes everything at a cut", async () => {
    const memory = await open({ reuse: "bounded" });
    run(memory, flat(60));
    expect(run(memory, flat(180)).computed).toBe(grid.patches.length);
  });
});

function open(options: ReuseOptions, alignment?: number): Promise<PatchMemory> {
  const cut = alignment === undefined ? grid : planGrid({ frame, patchSize: 16, halo, alignment });
  return createPatchMemory(cut, scale, resolveReuse("options", options));
}

/** Stands for a network: every pixel of the result depends on a neighbour `halo` away, the last ones beyond the frame. */
function enlarge(luma: Plane): Plane {
  const target = createPlane(scaleSize(frame, scale));
  for (let y = 0; y < target.height; y++)
    for (let x = 0; x < target.width; x++) {
      const [sx, sy] = [Math.floor(x / scale), Math.floor(y / scale)];
      const far = Math.min(frame.width - 1, sx + halo);
      const a = luma.data[sy * luma.stride + sx]!;
      const b = luma.data[Math.max(0, sy - halo) * luma.stride + far]!;
      target.data[y * target.stride + x] = (a + b) >> 1;
    }
  return target;
}

function complete(memory: PatchMemory, decided: DecidedFrame, luma: Plane): Plane {
  const whole = enlarge(luma);
  const target = createPlane(whole);
  memory.grid.patches.forEach(({ kept }, index) => {
    if (decided.decisions[index] !== "compute") return;
    for (let y = kept.y * scale; y < (kept.y + kept.height) * scale; y++)
      for (let x = kept.x * scale; x < (kept.x + kept.width) * scale; x++)
        target.data[y * target.stride + x] = whole.data[y * whole.stride + x]!;
  });
  memory.finish(decided, target);
  return target;
}

function run(memory: PatchMemory, luma: Plane): DecidedFrame {
  const decided = memory.decide(luma);
  complete(memory, decided, luma);
  return decided;
}

function flat(level: number): Plane {
  const plane = createPlane(frame);
  plane.data.fill(level);
  return plane;
}

function noise(): Plane {
  const plane = createPlane(frame);
  plane.data.forEach((_, index) => (plane.data[index] = (index * 2654435761) >>> 24));
  return plane;
}

function copyOf(plane: Plane): Plane {
  return { ...plane, data: plane.data.slice() };
}

function contains(
  rect: { x: number; y: number; width: number; height: number },
  x: number,
  y: number,
): boolean {
  return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}
