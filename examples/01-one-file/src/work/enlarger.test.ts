import { createPlane, unstatedColor } from "@tatami/core";
import { expect, test } from "vitest";
import { createEnlarger } from "./enlarger.ts";

test("a part is made as it is in the whole, by the network, the filter, and what lies between", async () => {
  const [luma, blue, red] = [
    createPlane({ width: 160, height: 120 }),
    createPlane({ width: 80, height: 60 }),
    createPlane({ width: 80, height: 60 }),
  ] as const;
  // hard edges, and colours that go with them
  luma.data.forEach((_, at) => (luma.data[at] = ((at % 160) * 7 + Math.floor(at / 1120) * 31) % 200));
  blue.data.forEach((_, at) => (blue.data[at] = 90 + ((at * 5) % 60)));
  red.data.fill(140);
  const still = { planes: { luma, chroma: [blue, red] }, timestamp: 0, color: unstatedColor } as const;
  const part = { x: 51, y: 40, width: 30, height: 21 };
  const network = { kind: "shipped", name: "micro-x2", denoise: 0 } as const;
  // one that has never seen the whole, so that it makes the part alone
  const [one, other] = [createEnlarger(), createEnlarger()];
  for (const wanted of [
    { network, strength: 1 },
    { network, strength: 0.5 },
    { network: { kind: "filter", scale: 2 } as const, strength: 0 },
  ]) {
    const whole = await one.enlarge(still, wanted);
    const alone = await other.enlarge(still, { ...wanted, part });
    const again = await one.enlarge(still, { ...wanted, part });
    const [all, cut, kept] = await Promise.all([whole, alone, again].map(({ frame }) => frame.planes()));
    expect([cut!.luma.width, cut!.luma.height]).toEqual([60, 42]);
    expect(kept!.luma.data).toEqual(cut!.luma.data);
    const at = (x: number, y: number): number => all!.luma.data[(y + 80) * 320 + x + 102]!;
    for (let y = 0; y < 42; y++)
      for (let x = 0; x < 60; x++) expect(cut!.luma.data[y * 60 + x]).toBe(at(x, y));
    expect(alone.frameMs === undefined).toBe(wanted.network.kind === "filter");
    for (const { frame } of [whole, alone, again]) frame.close();
  }
});

test("who does not want it any more gets nothing, and what is asked for next is made", async () => {
  const planes = {
    luma: createPlane({ width: 64, height: 64 }),
    chroma: [createPlane({ width: 32, height: 32 }), createPlane({ width: 32, height: 32 })],
  } as const;
  const still = { planes, timestamp: 0, color: unstatedColor };
  const enlarger = createEnlarger();
  const wanted = { network: { kind: "shipped", name: "micro-x2", denoise: 0 }, strength: 1 } as const;
  await expect(enlarger.enlarge(still, { ...wanted, signal: AbortSignal.abort() })).rejects.toThrow();
  const { frame } = await enlarger.enlarge(still, wanted);
  expect(frame.size).toEqual({ width: 128, height: 128 });
  frame.close();
});
