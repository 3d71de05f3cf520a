/** Colours that drawings are made of. */

import type { Random } from "@tatami/core";
import { between } from "../draw-random.ts";

/** A colour of a brightness about `light`, 0 to 1: grey or tinted. */
export function drawColour(random: Random, light: number): string {
  const tint = random.uniform() < 0.4 ? 0 : between(random, 0, 0.5);
  const parts = [0, 1, 2].map(() => light + (random.uniform() - 0.5) * 2 * tint);
  return `rgb(${parts.map((part) => Math.round(255 * Math.min(1, Math.max(0, part)))).join(",")})`;
}

/** Brightness of paper and of ink that stand apart, as drawings' mostly do. */
export function drawContrast(random: Random): { readonly paper: number; readonly ink: number } {
  const kind = random.uniform();
  if (kind < 0.45) return { paper: between(random, 0.85, 1), ink: between(random, 0, 0.3) };
  if (kind < 0.75) return { paper: between(random, 0, 0.25), ink: between(random, 0.75, 1) };
  const paper = between(random, 0.1, 0.9);
  return { paper, ink: paper > 0.5 ? paper - between(random, 0.2, 0.5) : paper + between(random, 0.2, 0.5) };
}
