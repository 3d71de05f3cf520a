import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

test("a still is restored by what ships, nearest to the truth unless asked otherwise, and says so", async () => {
  const cwd = await createTemporaryFolder();
  const [width, height] = [40, 24];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => 128 + 90 * Math.sin(at / 11));
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(cwd, "door.png"));
  const usual = await runFake(["restore", "door.png"], { cwd });
  expect(usual).toMatchObject({ code: 0, stderr: "" });
  expect(usual.stdout).toMatch(
    /door\.restored\.png\n {2}80×48, by tddsr-x2\.fidelity\n {2}Detail in it may be invented/,
  );
  const { exif, xmp } = await sharp(join(cwd, "door.restored.png")).metadata();
  expect(exif!.toString("latin1")).toContain("Restored by tddsr-x2.fidelity (tatami restore)");
  expect(xmp!.toString("utf8")).toContain("compositeWithTrainedAlgorithmicMedia");
  const sharper = await runFake(
    ["restore", "door.png", "--model", "perceptual", "-o", "sharp.png", "--json"],
    { cwd },
  );
  expect(JSON.parse(sharper.stdout)).toMatchObject({ output: "sharp.png", model: "tddsr-x2.perceptual" });
  const [first, second] = await Promise.all(
    ["door.restored.png", "sharp.png"].map(async (name) =>
      sharp(await readFile(join(cwd, name)))
        .raw()
        .toBuffer(),
    ),
  );
  expect(first!.equals(second!)).toBe(false);
});

test("another word, another picture or none is said with what to write", async () => {
  expect((await runFake(["restore"], {})).stderr).toContain("Write tatami restore PICTURE, or VIDEO@TIME");
  const cwd = await createTemporaryFolder();
  const missing = await runFake(["restore", "nothing.png"], { cwd });
  expect(missing.stderr).toContain("input-not-found");
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "grey" } })
    .png()
    .toFile(join(cwd, "grey.png"));
  const wrong = await runFake(["restore", "grey.png", "--model", "m5-x2"], { cwd });
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("--model m5-x2 is no restorer: fidelity and perceptual ship");
});
