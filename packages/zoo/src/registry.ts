/** The table behind the names; its contents are generated from the cards. */

import type { ModelCard } from "@tatami/graph";

/** A shipped model: its card, and where its file lies. */
export interface RegistryEntry {
  readonly card: ModelCard;
  /** A function, so that nothing is resolved before it is asked for. */
  readonly url: () => URL;
}

/** Every shipped model by name, smallest first within a scale. */
export type Registry = Readonly<Record<string, RegistryEntry>>;
