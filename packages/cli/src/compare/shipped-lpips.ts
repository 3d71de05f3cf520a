/** The network for LPIPS that this package brings, with its licences beside it. */

import { fileURLToPath } from "node:url";

/** Its path. */
export const shippedLpips: string = fileURLToPath(
  new URL("../../models/lpips-squeeze.onnx", import.meta.url),
);
