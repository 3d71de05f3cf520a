/** The clips that browser tests upscale. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  Conversion,
  Input,
  Mp4OutputFormat,
  Output,
} from "mediabunny";

/** 320×180, 60 frames, H.264 with AAC. */
export const bunnyClip: string = fileURLToPath(
  new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url),
);

/** 240×160, 45 frames, H.264 with AAC. */
export const frogClip: string = fileURLToPath(
  new URL("../../examples/clips/frog-240x160.mp4", import.meta.url),
);

/** Its first 13 frames, for tests that only need a run to end; made by {@link writeShortClip}. */
export const shortClip: string = fileURLToPath(new URL("../.output/frog-240x160.mp4", import.meta.url));

/** Cuts {@link shortClip}: packets are copied, nothing is encoded. */
export const writeShortClip = async (): Promise<void> => {
  const bytes = new Uint8Array(await readFile(frogClip));
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const conversion = await Conversion.init({ input, output, trim: { start: 0, end: 0.4 } });
  await conversion.execute();
  input.dispose();
  await mkdir(new URL("../.output", import.meta.url), { recursive: true });
  await writeFile(shortClip, new Uint8Array(target.buffer!));
};
