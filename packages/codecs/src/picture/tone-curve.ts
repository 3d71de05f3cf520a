/** The curves between high-dynamic-range signals, light, and BT.709 signals. */

/** Light that becomes the brightest SDR white, in candela a square metre (BT.2408: HDR reference white). */
export const referenceWhite = 203;

/** Light beyond which everything is white, in candela a square metre: a common mastering peak. */
export const peakLight = 1000;

/** Steps of the tables the curves are read from; a power a pixel would cost more than all else. */
const steps = 8191;

/**
 * A function that turns one pixel's R'G'B' of a BT.2020 PQ or HLG signal into R'G'B' of BT.709, in
 * place: to light, through the tone curve, to the other primaries, and to a signal again. HLG is shown
 * as on a display of 1000 cd/m².
 * Source: ITU-R BT.2100-2, tables 4 and 5; BT.2087-0, annex 2.
 */
export function hdrToSdr(transfer: "pq" | "hlg"): (rgb: Float64Array) => void {
  const isPq = transfer === "pq";
  const toLight = tabulate(isPq ? (signal) => (10_000 / referenceWhite) * pqToLight(signal) : hlgToScene);
  // Over the square root of light: the curve is too steep at black for a table over light itself.
  const toSignal = tabulate((root) => sdrCurve(root ** 2));
  return (rgb) => {
    for (let i = 0; i < 3; i++) rgb[i] = lookUp(toLight, rgb[i] ?? 0);
    if (!isPq) applySystemGamma(rgb);
    toneMap(rgb);
    toBt709(rgb);
    for (let i = 0; i < 3; i++) rgb[i] = lookUp(toSignal, Math.sqrt(Math.max(rgb[i] ?? 0, 0)));
  };
}

/** A display's system gamma, 1.2 at 1000 cd/m² (BT.2100-2, table 5). */
function applySystemGamma(rgb: Float64Array): void {
  const luminance = 0.2627 * (rgb[0] ?? 0) + 0.678 * (rgb[1] ?? 0) + 0.0593 * (rgb[2] ?? 0);
  const gain = (1000 / referenceWhite) * Math.max(luminance, 0) ** 0.2;
  for (let i = 0; i < 3; i++) rgb[i] = gain * (rgb[i] ?? 0);
}

/** Linear BT.2020 to linear BT.709; what BT.709 cannot show goes below 0 or above 1. */
function toBt709(rgb: Float64Array): void {
  const r = rgb[0] ?? 0;
  const g = rgb[1] ?? 0;
  const b = rgb[2] ?? 0;
  rgb[0] = 1.6605 * r - 0.5876 * g - 0.0728 * b;
  rgb[1] = -0.1246 * r + 1.1329 * g - 0.0083 * b;
  rgb[2] = -0.0182 * r - 0.1006 * g + 1.1187 * b;
}

function tabulate(curve: (value: number) => number): Float32Array {
  return Float32Array.from({ length: steps + 1 }, (_, index) => curve(index / steps));
}

/** A table's value at 0..1, clipped. */
function lookUp(table: Float32Array, value: number): number {
  const index = value <= 0 ? 0 : value >= 1 ? steps : Math.round(value * steps);
  return table[index] ?? 0;
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
  for (let i = 0; i < 3; i++) rgb[i] = gain * (rgb[i] ?? 0);
}

/**
 * The BT.709 signal of display light, both 0..1 and clipped: the inverse of a BT.1886 display, whose
 * exponent is 2.4.
 */
export function sdrCurve(light: number): number {
  return Math.min(Math.max(light, 0), 1) ** (1 / 2.4);
}
