/** What an H.264 stream's sequence parameters tell: whether it may hold fields, and what its numbers mean as colours. */

import type { InputVideoTrack } from "mediabunny";
import { EncodedPacketSink } from "mediabunny";
import type { NumberedColor, SequenceParameters } from "./sequence-parameters.ts";
import { readSequenceParameters } from "./sequence-parameters.ts";

/** NAL unit type of sequence parameters. Source: ITU-T H.264, table 7-1. */
const sequenceParameters = 7;

/**
 * Whether the sequence parameters leave room for interlaced pictures (`frame_mbs_only_flag` is 0). WebCodecs' decoders
 * do not say what a picture was, so this is all that can be known in a browser.
 */
export async function mayHoldFields(track: InputVideoTrack): Promise<boolean> {
  return (await readParameters(track))?.wholePictures === false;
}

/** What an H.264 stream itself states of its colours; nothing for other codecs. Source: ITU-T H.264, annex E. */
export async function streamColor(track: InputVideoTrack): Promise<NumberedColor | undefined> {
  return (await readParameters(track))?.color;
}

/** What cannot be read here is the decoder's to refuse. */
async function readParameters(track: InputVideoTrack): Promise<SequenceParameters | undefined> {
  if ((await track.getCodec()) !== "avc") return undefined;
  const unit = await findSequenceParameters(track);
  try {
    return unit && readSequenceParameters(unit);
  } catch {
    return undefined;
  }
}

async function findSequenceParameters(track: InputVideoTrack): Promise<Uint8Array | undefined> {
  const config = await track.getDecoderConfig();
  if (config?.description) return fromDescription(toBytes(config.description));
  const packet = await new EncodedPacketSink(track).getFirstKeyPacket();
  return packet ? fromAnnexB(packet.data) : undefined;
}

/** The first unit of a decoder configuration record: 6 bytes, its length in 2, itself. Source: ISO/IEC 14496-15, 5.3.3. */
function fromDescription(record: Uint8Array): Uint8Array | undefined {
  const length = (record[6] ?? 0) * 256 + (record[7] ?? 0);
  return length > 0 ? record.subarray(8, 8 + length) : undefined;
}

/** The first unit of its kind behind a start code, up to the next. Source: ITU-T H.264, annex B. */
function fromAnnexB(data: Uint8Array): Uint8Array | undefined {
  for (let at = nextUnit(data, 0); at < data.length; at = nextUnit(data, at)) {
    if ((data[at]! & 31) === sequenceParameters) return data.subarray(at, nextUnit(data, at));
  }
  return undefined;
}

/** Where the unit after `from` begins, behind its start code; the data's length at the end. */
function nextUnit(data: Uint8Array, from: number): number {
  for (let at = from; at + 3 < data.length; at++) {
    if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) return at + 3;
  }
  return data.length;
}

function toBytes(data: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
