/** Bits a sample, from what the codec string states. */

/**
 * Bits a sample of a codec string such as `vp09.02.10.10` or `hev1.2.4.L93`, or `null` when the string
 * does not say (AVC's High 4:2:2 and High 4:4:4 profiles, HEVC's range extensions).
 */
export function bitDepthOf(codec: string | null): number | null {
  if (codec === null) return null;
  const parts = codec.split(".");
  switch (parts[0]) {
    case "avc1":
    case "avc3":
      return avcBitDepth(Number.parseInt((parts[1] ?? "").slice(0, 2), 16));
    case "hev1":
    case "hvc1":
      return hevcBitDepth(Number.parseInt((parts[1] ?? "").replace(/^[ABC]/, ""), 10));
    case "vp08":
    case "vp8":
      return 8;
    case "vp09":
    case "av01":
      return wholeOrNull(parts[3]);
    default:
      return null;
  }
}

/** Bits a sample of a decoded picture's format (`I420P10` is 10), or `null` for an opaque one. */
export function bitDepthOfFormat(format: string | null): number | null {
  if (format === null) return null;
  const bits = /P(1[0-9])$/.exec(format);
  return bits ? Number(bits[1]) : 8;
}

function avcBitDepth(profile: number): number | null {
  return [66, 77, 88, 100].includes(profile) ? 8 : null;
}

function hevcBitDepth(profile: number): number | null {
  return profile === 1 || profile === 3 ? 8 : profile === 2 ? 10 : null;
}

function wholeOrNull(text: string | undefined): number | null {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isNaN(value) ? null : value;
}
