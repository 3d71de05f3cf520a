/** What may be changed of an upscaler while it works; frames go by it from the next one that is begun on. */

import { checkStrength } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { ResolvedReuse, ReuseBounds } from "@tatami/patches";
import { moveReuseBounds, routingFactors } from "@tatami/patches";
import { checkLoss } from "./option-rules.ts";

/** Settings as they are now, and how they are moved. */
export interface Settings {
  readonly strength: number;
  /** @throws TatamiError `invalid-option` */
  setStrength(strength: number): void;
  readonly routingLoss: number;
  /** @throws TatamiError `invalid-option` */
  setRoutingLoss(decibels: number): void;
  /** How much energy sends cells to each network but the smallest, see `routingFactors`. */
  factors(): readonly number[];
  /** Of every stream; its bounds change with {@link Settings.setReuseBounds}. */
  readonly reuse: ResolvedReuse;
  /** @throws TatamiError `invalid-option`; nothing was moved then. */
  setReuseBounds(bounds: ReuseBounds): void;
}

/** Where settings begin. */
export interface SettingsInit {
  readonly strength: number;
  readonly routingLoss: number;
  readonly reuse: ResolvedReuse;
}

/** @param models that share frames, the smallest first */
export function createSettings(
  { strength, routingLoss, reuse: given }: SettingsInit,
  models: readonly Model[],
): Settings {
  const names = models.map(({ name }) => name);
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
    factors: () => routingFactors(names, routingLoss),
    reuse,
    setReuseBounds: (bounds) => moveReuseBounds("bounds", reuse, bounds),
  };
}
