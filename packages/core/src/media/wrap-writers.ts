/** A codec driver that does something with each frame before it is written. */

import type { CodecDriver } from "./codec-driver.ts";
import type { SegmentedOutput } from "./segmented-output.ts";
import type { MediaWriter, WriterInit } from "./writer.ts";

/** Puts something in front of a writer, whether of a whole file or of a segment. */
export type WrapWriter = <W extends Pick<MediaWriter, "write">>(writer: W, init: WriterInit) => W;

/** The driver, whose writers are wrapped. */
export function wrapWriters(driver: CodecDriver, wrap: WrapWriter): CodecDriver {
  const { openSegments } = driver;
  return {
    ...driver,
    write: async (init) => wrap(await driver.write(init), init),
    ...(openSegments && {
      openSegments: async (init) => {
        const output = await openSegments(init);
        const write: SegmentedOutput["write"] = async (segment) => wrap(await output.write(segment), init);
        // what it says of itself changes as it goes on, so that it is no copy
        return Object.create(output, { write: { value: write } }) as SegmentedOutput;
      },
    }),
  };
}
