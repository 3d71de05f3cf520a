import { describe, expect, it } from "vitest";
import { createArena } from "./arena.ts";

describe("an arena", () => {
  it("hands out pieces that begin at multiples of 64 and do not overlap, growing as needed", () => {
    const arena = createArena();
    const pieces = [1, 64, 65, 100_000, 3, 1_000_000].map((bytes) => ({ bytes, address: arena.take(bytes) }));
    let end = 0;
    for (const { address, bytes } of pieces) {
      expect(address % 64).toBe(0);
      expect(address).toBeGreaterThanOrEqual(end);
      end = address + bytes;
    }
    expect(arena.memory.buffer.byteLength).toBeGreaterThanOrEqual(end);
  });

  it("forgets what was taken since a mark, and does not grow for it again", () => {
    const arena = createArena();
    arena.take(10);
    const mark = arena.mark();
    const first = arena.take(500_000);
    const size = arena.memory.buffer.byteLength;
    arena.release(mark);
    expect(arena.take(500_000)).toBe(first);
    expect(arena.memory.buffer.byteLength).toBe(size);
  });

  it("gives zeros, of what was written before a mark's release too", () => {
    const arena = createArena();
    const mark = arena.mark();
    const dirty = arena.take(70_000);
    new Uint8Array(arena.memory.buffer, dirty, 70_000).fill(7);
    arena.release(mark);
    const [near, far] = [arena.takeZeros(60_000), arena.takeZeros(200_000)];
    for (const [address, bytes] of [
      [near, 60_000],
      [far, 200_000],
    ] as const)
      expect(new Uint8Array(arena.memory.buffer, address, bytes).every((byte) => byte === 0)).toBe(true);
  });

  it("says how much was wanted when there is no more", () => {
    const arena = createArena();
    expect(() => arena.take(2 ** 30)).toThrow(
      expect.objectContaining({ code: "out-of-memory", message: expect.stringContaining(String(2 ** 30)) }),
    );
    expect(arena.take(8)).toBeGreaterThan(0);
  });
});
