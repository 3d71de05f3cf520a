/** What tests of this package share with those of every door. */

export { doorOptions, numberedFrame, numberedFrames, smallModel } from "./frames.ts";
export { ledgerOf, startWorker, tell } from "./node-worker.ts";
export type { Ledger } from "./node-worker.ts";
