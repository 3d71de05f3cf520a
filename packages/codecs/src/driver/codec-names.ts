/** Codecs in the words of the contract, from FFmpeg's: one vocabulary whichever driver opened a file. */

/** FFmpeg's names that differ from the contract's (mediabunny's); all others are the same, or only FFmpeg has one. */
const renamed: Readonly<Record<string, string>> = {
  h264: "avc",
  pcm_mulaw: "ulaw",
  pcm_alaw: "alaw",
  pcm_u8: "pcm-u8",
  pcm_s8: "pcm-s8",
  pcm_s16le: "pcm-s16",
  pcm_s16be: "pcm-s16be",
  pcm_s24le: "pcm-s24",
  pcm_s24be: "pcm-s24be",
  pcm_s32le: "pcm-s32",
  pcm_s32be: "pcm-s32be",
  pcm_f32le: "pcm-f32",
  pcm_f32be: "pcm-f32be",
  pcm_f64le: "pcm-f64",
  pcm_f64be: "pcm-f64be",
};

/** A codec's name (`h264`, `pcm_s16le`, `mpeg4`) in the words of the contract (`avc`, `pcm-s16`, `mpeg4`); `null` stays. */
export function codecNameOf(ffmpegName: string | null): string | null {
  if (ffmpegName === null || ffmpegName === "none" || ffmpegName === "unknown_codec") return null;
  return renamed[ffmpegName] ?? ffmpegName;
}
