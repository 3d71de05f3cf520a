/** Files to frames and back in Node, through FFmpeg by way of @mediabunny/server. */

export { nodeDriver } from "./driver.ts";
