/** Relaxed SIMD in a browser. */

/** A browser has it or has it not. */
export function allowRelaxedSimd(): void {}
