/** The curves between high-dynamic-range signals, light, and BT.709 signals. */

/** Light that becomes the brightest SDR white, in candela a square metre (BT.2408: HDR reference white). */
export const referenceWhite = 203;

/** Light beyond which everything is white, in candela a square metre: a common mastering peak. */
export const peakLight = 1000;

/**
 * Turns R'G'B' of a signal into linear light in place, 1 being {@link referenceWhite}.
 * Source: ITU-R BT.2100-2, tables 4 (PQ) and 5 (HLG, shown on a display of 1000 cd/m²).
 */
export function hdrLight(transfer: "pq" | "hlg"): (rgb: Float64Array) => void {
  if (transfer === "pq") {
    return (rgb) => {
      for (let i = 0; i < 3; i += 1) rgb[i] = (10_000 / referenceWhite) * pqToLight(rgb[i] ?? 0);
    };
  }
  return (rgb) => {
    for (let i = 0; i < 3; i += 1) rgb[i] = hlgToScene(rgb[i] ?? 0);
    const luminance = 0.2627 * (rgb[0] ?? 0) + 0.678 * (rgb[1] ?? 0) + 0.0593 * (rgb[2] ?? 0);
    // The display's system gamma, 1.2 at 1000 cd/m².
    const gain = (1000 / referenceWhite) * Math.max(luminance, 0) ** 0.2;
    for (let i = 0; i < 3; i += 1) rgb[i] = gain * (rgb[i] ?? 0);
  };
}

/** Light of a PQ signal, 1 being 10 000 cd/m². Source: SMPTE ST 2084, equation 4.1. */
export function pqToLight(signal: number): number {
  const power = Math.min(Math.max(signal, 0), 1) ** (32 / 2523);
  return (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (8192 / 1305);
}

/** Scene light of an HLG signal, 0..1. Source: ARIB STD-B67; BT.2100-2, table 5. */
export function hlgToScene(signal: number): number {
  const value = Math.min(Math.max(signal, 0), 1);
  if (value <= 0.5) return value ** 2 / 3;
  return (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}

/**
 * Brings light into 0..1 in place: Reinhard's extended curve on the brightest component, so that hues
 * stay, with {@link peakLight} becoming exactly 1.
 * Source: Reinhard et al., Photographic Tone Reproduction for Digital Images, 2002, equation 4.
 */
export function toneMap(rgb: Float64Array): void {
  const brightest = Math.max(rgb[0] ?? 0, rgb[1] ?? 0, rgb[2] ?? 0);
  if (brightest <= 0) return;
  const peak = peakLight / referenceWhite;
  const gain = Math.min(1 / brightest, (1 + brightest / peak ** 2) / (1 + brightest));
  for (let i = 0; i < 3; i += 1) rgb[i] = gain * (rgb[i] ?? 0);
}

/**
 * The BT.709 signal of display light, both 0..1 and clipped: the inverse of a BT.1886 display, whose
 * exponent is 2.4.
 */
export function sdrCurve(light: number): number {
  return Math.min(Math.max(light, 0), 1) ** (1 / 2.4);
}
