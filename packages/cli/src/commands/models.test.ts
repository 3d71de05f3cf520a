import { expect, test } from "vitest";
import { fakeCard, runFake } from "../testing/fake-shell.ts";

test("models prints a table", async () => {
  const { code, stdout } = await runFake(["models"]);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "model  scale  trained on  parameters  MACs/pixel  steps      PSNR set5     PSNR set14
    m5-x2  ×2     bicubic          13520       13520   8500  37.12 (+3.45)  32.70 (+2.48)
    m7-x2  ×2     bicubic          13520       13520   8500  37.12 (+3.45)  32.70 (+2.48)
    m5-x4  ×4     bicubic          13520       13520   8500  31.05 (+2.62)              -
    "
  `);
});

test("models --json prints the cards", async () => {
  const { stdout } = await runFake(["models", "--json"]);
  expect(JSON.parse(stdout)).toEqual([fakeCard("m5-x2", 2), fakeCard("m7-x2", 2), fakeCard("m5-x4", 4)]);
});
