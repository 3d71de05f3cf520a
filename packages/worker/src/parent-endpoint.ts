/** Whom a worker of a page answers. */

import type { Endpoint } from "comlink";

/** The worker's own scope, by which it hears from whoever started it. */
export function parentEndpoint(): Endpoint {
  return globalThis as unknown as Endpoint;
}
