import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { conv2d, depthToSpace, haloOf, input, tensor, writeOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { listModels } from "./list-models.ts";
import { loadFrom, loadModel } from "./load-model.ts";
import type { Registry } from "./registry.ts";

const shippedCard = listModels()[0]!;

describe("loadFrom", () => {
  it("reads a model from disk, under the name it was asked for", async () => {
    const { registry, bytes } = await createZoo();
    const model = await loadFrom(registry, "test-x2", {});
    expect(model).toMatchObject({ name: "test-x2", scale: 2 });
    expect(model.halo).toBeGreaterThan(0);
    expect(writeOnnx({ ...model, name: "tiny" })).toEqual(bytes);
  });

  it.each([(url: URL) => url, (url: URL) => url.href, (url: URL) => url.href.replace(/\/$/, "")])(
    "reads it from baseUrl, a file or a server (%#)",
    async (spell) => {
      const { registry, folder, bytes } = await createZoo();
      const lost: Registry = {
        "test-x2": { ...registry["test-x2"]!, url: () => new URL("file:///nowhere/x.onnx") },
      };
      const onDisk = await loadFrom(lost, "test-x2", { baseUrl: spell(pathToFileURL(`${folder}/`)) });
      expect(onDisk.scale).toBe(2);
      const served = await loadFrom(lost, "test-x2", {
        baseUrl: spell(await serve("/models/test-x2.onnx", bytes)),
      });
      expect(served.scale).toBe(2);
    },
  );

  it("refuses a name there is not, and names the closest and all", async () => {
    const { registry } = await createZoo();
    for (const name of ["test-x3", "toString", ""]) {
      await expect(loadFrom(registry, name, {})).rejects.toMatchObject({
        code: "invalid-option",
        message: `There is no model named ${JSON.stringify(name)}.`,
        fix: 'Did you mean "test-x2"? Use one of: test-x2.',
      });
    }
  });

  it("refuses bytes that are not those of the card", async () => {
    const { registry, folder, bytes } = await createZoo();
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(folder, "test-x2.onnx"), bytes);
    await expect(loadFrom(registry, "test-x2", {})).rejects.toMatchObject({
      code: "invalid-model",
      detail: { expected: registry["test-x2"]!.card.sha256 },
    });
  });

  it("says where it looked when the file is missing", async () => {
    const { registry, bytes } = await createZoo();
    const nowhere = { baseUrl: pathToFileURL("/nowhere/") };
    await expect(loadFrom(registry, "test-x2", nowhere)).rejects.toMatchObject({ code: "input-not-found" });
    const baseUrl = await serve("/elsewhere.onnx", bytes);
    await expect(loadFrom(registry, "test-x2", { baseUrl })).rejects.toMatchObject({
      code: "input-not-found",
      message: expect.stringContaining("status 404"),
    });
    await expect(loadFrom(registry, "test-x2", { baseUrl: "http://127.0.0.1:1/" })).rejects.toMatchObject({
      code: "input-not-found",
    });
  });

  it("refuses a baseUrl that is none", async () => {
    const { registry } = await createZoo();
    await expect(loadFrom(registry, "test-x2", { baseUrl: "models" })).rejects.toMatchObject({
      code: "invalid-option",
      message: 'options.baseUrl must be a URL, not "models".',
    });
  });

  it("throws the signal's reason as it is", async () => {
    const { registry } = await createZoo();
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    await expect(loadFrom(registry, "test-x2", { signal })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = loadFrom(registry, "test-x2", { signal: controller.signal });
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });
});

describe("denoise", () => {
  const onnx = async (denoise: number | undefined, name = "m3-x2"): Promise<Uint8Array> => {
    const model = await loadModel(name, denoise === undefined ? {} : { denoise });
    return writeOnnx({ ...model, name: "any" });
  };

  it("gives the siblings at its ends, byte for byte, under their names", async () => {
    expect(await onnx(0)).toEqual(await onnx(undefined));
    expect(await onnx(1)).toEqual(await onnx(undefined, "m3-x2-camera"));
    expect((await loadModel("m3-x2", { denoise: 0 })).name).toBe("m3-x2");
    expect((await loadModel("m3-x2", { denoise: 1 })).name).toBe("m3-x2-camera");
  });

  it("mixes every pair that was trained for it, and names the mixture", async () => {
    const pairs = listModels().filter(({ track, name }) =>
      listModels().some((other) => track === "bicubic" && other.name === `${name}-camera`),
    );
    expect(pairs.length).toBeGreaterThan(5);
    let mixable = 0;
    for (const { name, scale } of pairs) {
      const isMixable = listModels().some(
        (card) => card.name === `${name}-camera` && card.mixesWith === name,
      );
      const mixing = loadModel(name, { denoise: 0.5 });
      if (isMixable) expect(await mixing).toMatchObject({ name: `${name} denoise 0.5`, scale });
      else await expect(mixing).rejects.toThrow(`0 or 1 for "${name}"`);
      mixable += Number(isMixable);
    }
    expect(mixable).toBeGreaterThan(0);
    expect(await onnx(0.5, "m5-x2")).not.toEqual(await onnx(0, "m5-x2"));
  });

  it("refuses what cannot be mixed, and says what can", async () => {
    for (const name of ["micro-x2", "m5-x2-camera"])
      await expect(loadModel(name, { denoise: 0.5 })).rejects.toMatchObject({
        code: "invalid-option",
        message: `options.denoise must be left out for "${name}", which has no camera sibling, not 0.5.`,
        fix: expect.stringMatching(/^Leave options\.denoise out, or load one of: m3-x2, m5-x2, /),
      });
    for (const denoise of [-0.1, 1.1, Number.NaN])
      await expect(loadModel("m3-x2", { denoise })).rejects.toThrow(
        /options\.denoise must be a number from 0 to 1/,
      );
  });
});

test("loadModel refuses unknown names too", async () => {
  await expect(loadModel("nothing")).rejects.toMatchObject({ code: "invalid-option" });
});

/** A zoo of one untrained model in a temporary folder. */
async function createZoo(): Promise<{ registry: Registry; folder: string; bytes: Uint8Array }> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-zoo-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bytes = writeOnnx(createTinyModel());
  await writeFile(join(folder, "test-x2.onnx"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const card = { ...shippedCard, name: "test-x2", sha256 };
  return {
    registry: { "test-x2": { card, url: () => pathToFileURL(join(folder, "test-x2.onnx")) } },
    folder,
    bytes,
  };
}

/** One 3×3 convolution before the shuffle: no network worth shipping, but a whole model. */
function createTinyModel(): Model {
  const kernel = tensor(
    [4, 1, 3, 3],
    Float32Array.from({ length: 36 }, (_, index) => Math.sin(index)),
  );
  const output = depthToSpace(conv2d(input(), kernel), 2);
  return { name: "tiny", scale: 2, halo: haloOf(output), output };
}

/** A server of one file; the address of its models folder. */
async function serve(path: string, bytes: Uint8Array): Promise<URL> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === path ? 200 : 404;
    response.end(request.url === path ? bytes : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/`);
}
