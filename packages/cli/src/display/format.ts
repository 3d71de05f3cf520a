/** Numbers as people read them. */

/** `0:07`, `12:34`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** `1.5 s`, and from a minute on the clock; `live` for what has no end. */
export function formatDuration(seconds: number): string {
  if (seconds === Infinity) return "live";
  return seconds < 59.95 ? `${formatRate(seconds)} s` : formatClock(seconds);
}

/** `950 B`, `1.2 kB`, `34 MB`: decimal, as disks and bitrates are. */
export function formatBytes(bytes: number): string {
  return formatUnit(bytes, ["B", "kB", "MB", "GB", "TB"]);
}

/** `850 bit/s`, `2.1 Mbit/s`. */
export function formatBitrate(bits: number): string {
  return formatUnit(bits, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);
}

/** `9`, `3.5`, `0.25`: three digits at most say enough of a rate. */
export function formatRate(value: number): string {
  return value >= 100
    ? value.toFixed(0)
    : value >= 1
      ? String(Number(value.toFixed(1)))
      : String(Number(value.toFixed(2)));
}

function formatUnit(value: number, units: readonly string[]): string {
  let power = 0;
  let scaled = value;
  while (scaled >= 999.5 && power < units.length - 1) {
    scaled /= 1000;
    power++;
  }
  const digits = power === 0 || scaled >= 99.5 ? 0 : 1;
  return `${Number(scaled.toFixed(digits))} ${units[power]}`;
}
