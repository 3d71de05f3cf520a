/** Packets that are decoded but never shown. */

import type { EncodedPacket, VideoCodec } from "mediabunny";

/**
 * Whether a packet holds only a picture that is not shown, such as an alternate reference frame. Only
 * VP8 and VP9 have such packets of their own; AV1 packs them with a shown one.
 * Source: RFC 6386, section 9.1; VP9 bitstream specification 0.6, section 6.2.
 */
export function isHiddenPacket(packet: EncodedPacket, codec: VideoCodec | null): boolean {
  const first = packet.data[0];
  if (first === undefined) return false;
  if (codec === "vp8") return ((first >> 4) & 1) === 0;
  if (codec === "vp9") return isHiddenVp9(first, packet.data[1] ?? 0);
  return false;
}

function isHiddenVp9(first: number, second: number): boolean {
  const bits = (first << 8) | second;
  const bit = (index: number): number => (bits >> (15 - index)) & 1;
  // frame_marker (2), profile low, profile high, reserved zero only in profile 3.
  const profile = bit(2) + 2 * bit(3);
  let at = profile === 3 ? 5 : 4;
  const showExisting = bit(at);
  if (showExisting === 1) return false;
  at += 2;
  return bit(at) === 0;
}
