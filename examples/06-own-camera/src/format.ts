/** Decibels in the words of the page. */

/** "31.42 dB". */
export const formatDecibels = (value: number): string => `${value.toFixed(2)} dB`;

/** "+0.41 dB"; a minus is a real minus. */
export const formatGain = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)} dB`;
