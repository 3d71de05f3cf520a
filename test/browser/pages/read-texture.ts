/** Textures back to the CPU, for tests that look at them. */

/** RGBA, row by row. */
export async function readTexture(device: GPUDevice, texture: GPUTexture): Promise<Uint8Array> {
  const { width, height } = texture;
  const bytesPerRow = Math.ceil((width * 4) / 256) * 256;
  // COPY_DST, MAP_READ
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage: 8 | 1 });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(1);
  const rows = new Uint8Array(buffer.getMappedRange());
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    pixels.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + width * 4), y * width * 4);
  buffer.destroy();
  return pixels;
}

/** A PNG in base64. */
export async function toPng(pixels: Uint8Array, width: number): Promise<string> {
  const canvas = new OffscreenCanvas(width, pixels.length / 4 / width);
  canvas.getContext("2d")!.putImageData(new ImageData(new Uint8ClampedArray(pixels), width), 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
