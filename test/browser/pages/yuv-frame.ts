/** VideoFrames whose luma is known. */

/** An I420 frame in BT.709, studio range. */
export function yuvFrame(width: number, height: number, timestamp: number): VideoFrame {
  const data = new Uint8Array((width * height * 3) / 2);
  for (let i = 0; i < width * height; i++) data[i] = 40 + ((i % width) * 150) / width + 30 * ((i >> 4) % 2);
  data.fill(120, width * height, (width * height * 5) / 4);
  data.fill(135, (width * height * 5) / 4);
  const colorSpace = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false } as const;
  return new VideoFrame(data, {
    format: "I420",
    codedWidth: width,
    codedHeight: height,
    timestamp,
    colorSpace,
  });
}

/** Luma in the studio range, of frames of either kind. */
export async function lumaOf(frame: VideoFrame): Promise<Uint8Array> {
  const count = frame.displayWidth * frame.displayHeight;
  const bytes = new Uint8Array(frame.allocationSize());
  await frame.copyTo(bytes);
  if (frame.format === "I420") return bytes.subarray(0, count);
  const [red, blue] = frame.format?.startsWith("BGR") ? [2, 0] : [0, 2];
  return Uint8Array.from({ length: count }, (_, i) => {
    const [r, g, b] = [bytes[i * 4 + red]!, bytes[i * 4 + 1]!, bytes[i * 4 + blue]!];
    return Math.round(16 + (219 / 255) * (0.2126 * r + 0.7152 * g + 0.0722 * b));
  });
}
