/** Pixels to the GPU and back: 8-bit levels, or the model's own numbers. */

import { TatamiError } from "@tatami/core";
import type { Chain } from "@tatami/kernels";
import type { OpenDevice } from "./device.ts";
import { lostDevice } from "./device.ts";
import type { Network } from "./network.ts";
import { bind, dispatchOver, paddingOf } from "./network.ts";
import { bufferUsage, mapForReading } from "./usage.ts";
import { bytesPass } from "./wgsl/bytes-pass.ts";
import type { PictureSource } from "./wgsl/picture-pass.ts";
import { picturePass, pixelWorkgroup } from "./wgsl/picture-pass.ts";

/** One picture of a batch: where its pixels come from, and who takes the result. */
export interface Part {
  /** Whether levels use 0..255 rather than 16..235; parts of one batch are alike. */
  readonly fullRange: boolean;
  /** How much of what the network adds to the filter is used; parts of one batch are alike. */
  readonly strength: number;
  /** Fills the rows of one picture. */
  write(to: Uint8Array, rowBytes: number): void;
  /** Takes the rows of one larger picture, valid during the call only. */
  read(from: Uint8Array, rowBytes: number): void;
}

/** One way in and out of a network. Dispose of it. */
export interface Exchange extends Disposable {
  /** Computes up to a batch of parts; resolves once every one has its result. Two may be under way. */
  compute(parts: readonly Part[]): Promise<void>;
}

/** Batches that may be under way at once: one computes while the other's pixels travel. */
export const slotCount = 2;

/** Opens one. @throws TatamiError `unsupported-environment` when the device refuses a shader. */
export async function openExchange(
  { device, pipelines }: Pick<OpenDevice, "device" | "pipelines">,
  network: Network,
  chain: Chain,
  form: PictureSource,
  batch: number,
): Promise<Exchange> {
  const { scale, centre } = chain;
  const { width, height } = network.geometry;
  const wide = form === "bytes" ? 1 : 4;
  const wholeWords = (bytes: number): number => Math.ceil(bytes / 4) * 4;
  const [rowIn, rowOut] = [wholeWords(width * wide), wholeWords(width * scale * wide)];
  const [bytesIn, bytesOut] = [rowIn * height, rowOut * height * scale];

  const reading = await pipelines.get(`picture from ${form}`, picturePass(form, centre, paddingOf(chain)));
  const packing = form === "bytes" ? await pipelines.get("levels", bytesPass(scale)) : undefined;
  const { storage, copySource, copyTarget, mapRead } = bufferUsage;
  const create = (label: string, size: number, usage: number): GPUBuffer =>
    device.createBuffer({ label, size, usage });
  const pixels = create("pixels", batch * bytesIn, storage | copyTarget);
  const words = packing && create("levels", batch * bytesOut, storage | copySource);
  const read = network.uniforms.map((uniform) => bind(device, reading, [uniform, pixels, network.picture]));
  const pack = packing
    ? network.uniforms.map((uniform) => bind(device, packing, [uniform, network.luma, words]))
    : [];
  const slots = Array.from({ length: slotCount }, () =>
    create("result", batch * bytesOut, mapRead | copyTarget),
  );
  const staging = new Uint8Array(batch * bytesIn);
  const free = [...slots];

  const submit = (parts: readonly Part[], result: GPUBuffer): Promise<GPUError | null> => {
    parts.forEach((part, index) =>
      part.write(staging.subarray(index * bytesIn, (index + 1) * bytesIn), rowIn),
    );
    const range = parts[0]!.fullRange ? 1 : 0;
    network.strength.value = parts[0]!.strength;
    device.pushErrorScope("validation");
    device.queue.writeBuffer(pixels, 0, staging, 0, parts.length * bytesIn);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(reading);
    pass.setBindGroup(0, read[range]!);
    pass.dispatchWorkgroups(...dispatchOver({ width, height }, pixelWorkgroup), parts.length);
    network.encode(pass, parts.length);
    if (packing) {
      pass.setPipeline(packing);
      pass.setBindGroup(0, pack[range]!);
      const size = { width: rowOut / 4, height: height * scale };
      pass.dispatchWorkgroups(...dispatchOver(size, pixelWorkgroup), parts.length);
    }
    pass.end();
    encoder.copyBufferToBuffer(words ?? network.luma, 0, result, 0, parts.length * bytesOut);
    device.queue.submit([encoder.finish()]);
    return device.popErrorScope();
  };
  const map = async (result: GPUBuffer, bytes: number): Promise<Uint8Array> => {
    try {
      await result.mapAsync(mapForReading, 0, bytes);
      return new Uint8Array(result.getMappedRange(0, bytes));
    } catch (cause) {
      // nothing else unmaps or destroys a result that is awaited
      throw lostDevice(String(cause), cause);
    }
  };
  return {
    async compute(parts) {
      const result = free.pop()!;
      try {
        const invalid = submit(parts, result);
        invalid.catch(() => {});
        const seen = await map(result, parts.length * bytesOut);
        const failure = await invalid;
        if (failure) throw invalidCommands(failure);
        parts.forEach((part, index) =>
          part.read(seen.subarray(index * bytesOut, (index + 1) * bytesOut), rowOut),
        );
      } finally {
        result.unmap();
        free.push(result);
      }
    },
    [Symbol.dispose]: () => {
      for (const buffer of [pixels, words, ...slots]) buffer?.destroy();
    },
  };
}

function invalidCommands(cause: GPUError): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The GPU refused the engine's commands: ${cause.message}`,
    fix: "Nothing needs doing, the next engine is used; please report the device and browser.",
    cause,
  });
}
