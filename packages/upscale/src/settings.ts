/** What may be changed of an upscaler while it works; frames go by it from the next one that is begun on. */

import { checkStrength } from "@tatami/core";
import type { ResolvedReuse, ReuseBounds } from "@tatami/patches";
import { moveReuseBounds } from "@tatami/patches";
import { checkLoss } from "./option-rules.ts";

/** Settings as they are now, and how they are moved. */
export interface Settings {
  readonly strength: number;
  /** @throws TatamiError `invalid-option` */
  setStrength(strength: number): void;
  readonly routingLoss: number;
  /** @throws TatamiError `invalid-option` */
  setRoutingLoss(decibels: number): void;
  /** Of every stream; its bounds change with {@link Settings.setReuseBounds}. */
  readonly reuse: ResolvedReuse;
  readonly reuseBounds: Required<ReuseBounds>;
  /** @throws TatamiError `invalid-option`; nothing was moved then. */
  setReuseBounds(bounds: ReuseBounds): void;
}

/** Where settings begin. */
export interface SettingsInit {
  readonly strength: number;
  readonly routingLoss: number;
  readonly reuse: ResolvedReuse;
}

/** Begins them. */
export function createSettings({ strength, routingLoss, reuse: given }: SettingsInit): Settings {
  const reuse = { ...given };
  return {
    get strength() {
      return strength;
    },
    setStrength(value) {
      strength = checkStrength("strength", value);
    },
    get routingLoss() {
      return routingLoss;
    },
    setRoutingLoss(value) {
      routingLoss = checkLoss("decibels", value);
    },
    reuse,
    get reuseBounds() {
      const { maxDifference, meanDifference, maxAge } = reuse;
      return { maxDifference, meanDifference, maxAge };
    },
    setReuseBounds: (bounds) => moveReuseBounds("bounds", reuse, bounds),
  };
}
