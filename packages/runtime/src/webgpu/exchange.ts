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
  const reading = await pipelines.get(`picture from ${form}`, picturePass(form, centre, paddingOf(chain)));
  const packing = form === "bytes" ? await pipelines.get("levels", bytesPass(scale)) : undefined;
  const wayIn = createWayIn(device, reading, network, form, batch);
  const wayOut = createWayOut(device, packing, network, scale, batch);
  const results = Array.from({ length: slotCount }, () =>
    device.createBuffer({
      label: "result",
      size: batch * wayOut.bytes,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget,
    }),
  );
  const free = [...results];

  const submit = (parts: readonly Part[], result: GPUBuffer): Promise<GPUError | null> => {
    wayIn.gather(parts);
    network.strength.value = parts[0]!.strength;
    device.pushErrorScope("validation");
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    wayIn.encode(pass, parts);
    network.encode(pass, parts.length);
    wayOut.encode(pass, parts);
    pass.end();
    encoder.copyBufferToBuffer(wayOut.pixels, 0, result, 0, parts.length * wayOut.bytes);
    device.queue.submit([encoder.finish()]);
    return device.popErrorScope();
  };
  return {
    async compute(parts) {
      const result = free.pop()!;
      try {
        const invalid = submit(parts, result);
        invalid.catch(() => {});
        const seen = await map(result, parts.length * wayOut.bytes);
        const failure = await invalid;
        if (failure) throw invalidCommands(failure);
        parts.forEach((part, index) =>
          part.read(seen.subarray(index * wayOut.bytes, (index + 1) * wayOut.bytes), wayOut.rowBytes),
        );
      } finally {
        result.unmap();
        free.push(result);
      }
    },
    [Symbol.dispose]: () => {
      wayIn[Symbol.dispose]();
      wayOut[Symbol.dispose]();
      for (const buffer of results) buffer.destroy();
    },
  };
}

/** Pixels into a network's pictures. */
interface WayIn extends Disposable {
  /** Has parts write their pixels, on this side. */
  gather(parts: readonly Part[]): void;
  /** Sends what was gathered, and adds what reads it. */
  encode(pass: GPUComputePassEncoder, parts: readonly Part[]): void;
}

function createWayIn(
  device: GPUDevice,
  reading: GPUComputePipeline,
  network: Network,
  form: PictureSource,
  batch: number,
): WayIn {
  const { width, height } = network.geometry;
  const rowBytes = wholeWords(form === "bytes" ? width : width * 4);
  const bytes = rowBytes * height;
  const pixels = device.createBuffer({
    label: "pixels",
    size: batch * bytes,
    usage: bufferUsage.storage | bufferUsage.copyTarget,
  });
  const bindings = network.uniforms.map((uniform) =>
    bind(device, reading, [uniform, pixels, network.picture]),
  );
  const dispatch = dispatchOver({ width, height }, pixelWorkgroup);
  const staging = new Uint8Array(batch * bytes);
  return {
    gather: (parts) =>
      parts.forEach((part, index) =>
        part.write(staging.subarray(index * bytes, (index + 1) * bytes), rowBytes),
      ),
    encode(pass, parts) {
      device.queue.writeBuffer(pixels, 0, staging, 0, parts.length * bytes);
      pass.setPipeline(reading);
      pass.setBindGroup(0, bindings[rangeOf(parts)]!);
      pass.dispatchWorkgroups(...dispatch, parts.length);
    },
    [Symbol.dispose]: () => pixels.destroy(),
  };
}

/** A network's luma as levels, or as it is. */
interface WayOut extends Disposable {
  /** Of a row, and of a larger picture. */
  readonly rowBytes: number;
  readonly bytes: number;
  /** Where larger pictures lie in the end. */
  readonly pixels: GPUBuffer;
  encode(pass: GPUComputePassEncoder, parts: readonly Part[]): void;
}

/** @param packing makes levels; none: floats are taken as they are */
function createWayOut(
  device: GPUDevice,
  packing: GPUComputePipeline | undefined,
  network: Network,
  scale: number,
  batch: number,
): WayOut {
  const [width, height] = [network.geometry.width * scale, network.geometry.height * scale];
  const rowBytes = wholeWords(packing ? width : width * 4);
  const bytes = rowBytes * height;
  if (!packing)
    return { rowBytes, bytes, pixels: network.luma, encode: () => {}, [Symbol.dispose]: () => {} };
  const levels = device.createBuffer({
    label: "levels",
    size: batch * bytes,
    usage: bufferUsage.storage | bufferUsage.copySource,
  });
  const bindings = network.uniforms.map((uniform) => bind(device, packing, [uniform, network.luma, levels]));
  const dispatch = dispatchOver({ width: rowBytes / 4, height }, pixelWorkgroup);
  return {
    rowBytes,
    bytes,
    pixels: levels,
    encode(pass, parts) {
      pass.setPipeline(packing);
      pass.setBindGroup(0, bindings[rangeOf(parts)]!);
      pass.dispatchWorkgroups(...dispatch, parts.length);
    },
    [Symbol.dispose]: () => levels.destroy(),
  };
}

/** Which of a network's uniforms parts need. */
function rangeOf([first]: readonly Part[]): 0 | 1 {
  return first!.fullRange ? 1 : 0;
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

async function map(result: GPUBuffer, bytes: number): Promise<Uint8Array> {
  try {
    await result.mapAsync(mapForReading, 0, bytes);
    return new Uint8Array(result.getMappedRange(0, bytes));
  } catch (cause) {
    // nothing else unmaps or destroys a result that is awaited
    throw lostDevice(String(cause), cause);
  }
}

function invalidCommands(cause: GPUError): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The GPU refused the engine's commands: ${cause.message}`,
    fix: "Nothing needs doing, the next engine is used; please report the device and browser.",
    cause,
  });
}
