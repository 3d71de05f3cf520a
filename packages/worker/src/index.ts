/** The upscaler in a worker, or in several. */

export { connectUpscaler } from "./connect-upscaler.ts";
export { connectUpscalerPool } from "./connect-pool.ts";
export { exposeUpscaler } from "./expose-upscaler.ts";
export type { ConnectOptions, PoolOptions } from "./options.ts";
export type { NodePort } from "./node-endpoint.ts";
export type { NodeWorker } from "./worker-link.ts";
