/** Node's workers, whose events come by `on`, as the endpoints that Comlink takes. */

import type { Endpoint } from "comlink";
import * as adapter from "comlink/dist/umd/node-adapter.js";

/** What Node's `Worker` and `MessagePort` have in common. */
export interface NodePort {
  // oxlint-disable-next-line typescript/no-explicit-any -- Node's own lists of what can be transferred differ by version
  postMessage(message: unknown, transfer?: readonly any[]): void;
  // oxlint-disable-next-line typescript/no-explicit-any -- as Node declares it
  on(event: string, listener: (...values: any[]) => void): unknown;
  // oxlint-disable-next-line typescript/no-explicit-any -- as Node declares it
  off(event: string, listener: (...values: any[]) => void): unknown;
}

// A CommonJS module: bundlers and Node disagree on how deep its only export lies.
type Adapt = (port: NodePort) => Endpoint;
const found = adapter as unknown as { readonly default: Adapt | { readonly default: Adapt } };

/** Comlink's view of a port of Node's. */
export function nodeEndpoint(port: NodePort): Endpoint {
  const adapt = typeof found.default === "function" ? found.default : found.default.default;
  return adapt(port);
}
