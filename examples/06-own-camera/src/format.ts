/** Numbers in the words of the page. */

/** 78 becomes "1 min 18 s". */
export const formatDuration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

/** Two figures at least: 0.24, 3.1, 27. */
export const formatRate = (value: number): string => {
  if (value < 1) return value.toFixed(2);
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
};

/** "31.42 dB". */
export const formatDecibels = (value: number): string => `${value.toFixed(2)} dB`;

/** "+0.41 dB"; a minus is a real minus. */
export const formatGain = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)} dB`;
