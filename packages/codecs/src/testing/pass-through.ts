/** A clip through the driver of Node and out again, frames unchanged, for tests. */

import type { Changed, Damage, EncodeOptions, Encoding, MediaInput, ReadOptions } from "@tatami/core";
import { nodeDriver } from "../node/index.ts";

/** What came of it. */
export interface Passed {
  readonly blob: Blob;
  readonly encoding: Encoding;
  /** Seconds, as the frames were read. */
  readonly times: readonly number[];
  readonly damaged: readonly Damage[];
  readonly changed: readonly Changed[];
}

/** Reads every frame of a clip and writes it into a Blob. */
export async function passThrough(
  input: MediaInput,
  encode: EncodeOptions = {},
  cut: Pick<ReadOptions, "start" | "end"> = {},
): Promise<Passed> {
  const driver = nodeDriver();
  const damaged: Damage[] = [];
  const changed: Changed[] = [];
  const times: number[] = [];
  const read: ReadOptions = {
    ...cut,
    onDamaged: (damage) => damaged.push(damage),
    onChanged: (each) => changed.push(each),
  };
  await using reader = await driver.open(input);
  await using writer = await driver.write({ reader, size: reader.description.video, encode, read });
  for await (const frame of reader.frames(read)) {
    times.push(frame.timestamp);
    await writer.write(frame);
  }
  const { blob = new Blob() } = await writer.finish();
  const { encoding } = writer;
  return { blob, encoding, times, damaged, changed: [...encoding.changed, ...changed] };
}
