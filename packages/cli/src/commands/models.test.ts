import { expect, test } from "vitest";
import { fakeCard, runFake } from "../testing/fake-shell.ts";

test("models prints a table", async () => {
  const { code, stdout } = await runFake(["models"]);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "model  scale  track    parameters  MACs/pixel  steps      PSNR set5     PSNR set14
    m5-x2  ×2     bicubic       13520       13520   8500  37.12 (+3.45)  32.70 (+2.48)
    m7-x2  ×2     bicubic       13520       13520   8500  37.12 (+3.45)  32.70 (+2.48)
    m5-x4  ×4     bicubic       13520       13520   8500  31.05 (+2.62)              -
    "
  `);
});

test("models --json prints the cards", async () => {
  const { stdout } = await runFake(["models", "--json"]);
  expect(JSON.parse(stdout)).toEqual([fakeCard("m5-x2", 2), fakeCard("m7-x2", 2), fakeCard("m5-x4", 4)]);
});

test("models prints a whole zoo in lines that a terminal has room for", async () => {
  const sizes = ["micro", "m3", "m5", "m7", "m11", "xl"];
  const cards = [2, 4].flatMap((scale) =>
    sizes.flatMap((size) =>
      ["", "-camera"].map((track) => {
        const card = fakeCard(`${size}-x${scale}${track}`, scale);
        const psnr = { set5: 37.12, set14: 32.7, ...(track && { "clips-crf23": 33, "clips-crf30": 30 }) };
        return {
          ...card,
          track: track ? ("camera" as const) : ("bicubic" as const),
          psnr,
          bicubicPsnr: psnr,
        };
      }),
    ),
  );
  const { stdout } = await runFake(["models"], { library: { listModels: () => cards } });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.length).toBe(1 + 24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  expect(lines[0]).toMatch(/track .* steps .* PSNR set5 .* PSNR set14/);
  expect(lines.find((line) => line.startsWith("xl-x4-camera"))).toMatch(/×4 +camera .* 8500 /);
});
