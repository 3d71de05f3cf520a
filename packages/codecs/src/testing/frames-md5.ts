/** What results of tests are compared by, frame for frame. */

import { createHash } from "node:crypto";
import { nodeDriver } from "../node/driver.ts";

/** Sums of all frames of a file, each with its time and how long it is shown, as FFmpeg's framemd5 lists them. */
export async function framesMd5(path: string): Promise<readonly string[]> {
  await using reader = await nodeDriver().open(path);
  const sums: string[] = [];
  for await (const frame of reader.frames()) {
    const { luma, chroma } = await frame.planes();
    const hash = createHash("md5");
    for (const { data } of [luma, ...chroma]) hash.update(data);
    sums.push(`${frame.timestamp} ${frame.duration} ${hash.digest("hex")}`);
    frame.close();
  }
  return sums;
}
