/** The models there are, known without loading any. */

import type { ModelCard } from "@tatami/graph";
import { registry } from "./registry.generated.ts";

/** The cards of every shipped model, by scale and then by size. */
export function listModels(): readonly ModelCard[] {
  return Object.values(registry).map((entry) => entry.card);
}
