/** The list of streams in a transport stream: mediabunny passes over those it does not read without a word. */

import type { SourceBytes } from "../../driver/find-cut.ts";
import type { ListedTrack } from "./listed-track.ts";

/** Bytes at the beginning in which the list is looked for: it is repeated ten times a second. */
const headBytes = 2 ** 20;
/** Bytes of a packet, and before it in Blu-ray's form and with error correction behind it. */
const packetBytes = 188;
const strides: readonly (readonly [lead: number, stride: number])[] = [
  [0, 188],
  [4, 192],
  [0, 204],
];

/** Reads the first program's list. Source: ISO/IEC 13818-1, sections 2.4.3 and 2.4.4. */
export async function readProgramMap(bytes: SourceBytes): Promise<readonly ListedTrack[] | undefined> {
  const head = await bytes.read(0, Math.min(headBytes, bytes.size));
  const found = strides.find(([lead, stride]) =>
    [0, 1, 2].every((index) => head[lead + index * stride] === 0x47),
  );
  if (!found) return undefined;
  const packets: Uint8Array[] = [];
  for (let at = found[0]; at + packetBytes <= head.length; at += found[1])
    packets.push(head.subarray(at, at + packetBytes));
  const programs = findSection(packets, 0);
  // behind eight bytes of head: a program's number and the packets of its list
  if (!programs) return undefined;
  for (let at = 8; at + 4 <= programs.length - 4; at += 4) {
    if (programs[at] === 0 && programs[at + 1] === 0) continue;
    const map = findSection(packets, pidAt(programs, at + 2));
    if (map) return readStreams(map);
  }
  return undefined;
}

function pidAt(data: Uint8Array, at: number): number {
  return ((data[at]! & 0x1f) << 8) | data[at + 1]!;
}

/** A section in the packets of a number, put together from as many as it takes. */
function findSection(packets: readonly Uint8Array[], pid: number): Uint8Array | undefined {
  let section: number[] | undefined;
  for (const packet of packets) {
    if (pidAt(packet, 1) !== pid) continue;
    const isStart = (packet[1]! & 0x40) !== 0;
    const hasField = (packet[3]! & 0x20) !== 0;
    let at = hasField ? 5 + packet[4]! : 4;
    if (isStart) {
      at += 1 + packet[at]!;
      section = [];
    }
    section?.push(...packet.subarray(at));
    const length =
      section && section.length >= 3 ? 3 + (((section[1]! & 0x0f) << 8) | section[2]!) : Infinity;
    if (section && section.length >= length) return Uint8Array.from(section.slice(0, length));
  }
  return undefined;
}

function readStreams(map: Uint8Array): readonly ListedTrack[] {
  const streams: ListedTrack[] = [];
  const lengthAt = (at: number): number => ((map[at]! & 0x0f) << 8) | map[at + 1]!;
  for (let at = 12 + lengthAt(10); at + 5 <= map.length - 4;) {
    const length = lengthAt(at + 3);
    const descriptors = readDescriptors(map.subarray(at + 5, at + 5 + length));
    streams.push({
      id: pidAt(map, at + 1),
      language: languageOf(descriptors),
      isEncrypted: false,
      ...kindOf(map[at]!, descriptors),
    });
    at += 5 + length;
  }
  return streams;
}

type Descriptors = ReadonlyMap<number, Uint8Array>;

function readDescriptors(data: Uint8Array): Descriptors {
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 2 <= data.length; at += 2 + data[at + 1]!)
    found.set(data[at]!, data.subarray(at + 2, at + 2 + data[at + 1]!));
  return found;
}

const text = (data: Uint8Array | undefined, length: number): string =>
  new TextDecoder("latin1").decode(data?.subarray(0, length));

/** By the descriptors of languages, of DVB's subtitles and of its teletext. */
function languageOf(descriptors: Descriptors): string | null {
  const stated = text(descriptors.get(0x0a) ?? descriptors.get(0x59) ?? descriptors.get(0x56), 3);
  return /^[a-z]{3}$/.test(stated) && stated !== "und" ? stated : null;
}

type Kind = Pick<ListedTrack, "kind" | "codec">;

/** By its number. Source: ISO/IEC 13818-1, table 2-34, and ATSC A/53. */
const types: Readonly<Record<number, Kind>> = {
  0x01: { kind: "video", codec: "mpeg1video" },
  0x02: { kind: "video", codec: "mpeg2video" },
  0x03: { kind: "audio", codec: "mp3" },
  0x04: { kind: "audio", codec: "mp3" },
  0x0f: { kind: "audio", codec: "aac" },
  0x10: { kind: "video", codec: "mpeg4" },
  0x11: { kind: "audio", codec: "aac_latm" },
  0x1b: { kind: "video", codec: "avc" },
  0x24: { kind: "video", codec: "hevc" },
  0x33: { kind: "video", codec: "vvc" },
  0x80: { kind: "audio", codec: "pcm_bluray" },
  0x81: { kind: "audio", codec: "ac3" },
  0x82: { kind: "audio", codec: "dts" },
  0x83: { kind: "audio", codec: "truehd" },
  0x84: { kind: "audio", codec: "eac3" },
  0x85: { kind: "audio", codec: "dts" },
  0x86: { kind: "data", codec: "scte_35" },
  0x87: { kind: "audio", codec: "eac3" },
  0x90: { kind: "subtitle", codec: "hdmv_pgs_subtitle" },
  0xea: { kind: "video", codec: "vc1" },
};

/** What private streams say they are. Source: ETSI EN 300 468, table 12; the registry of format identifiers. */
function kindOf(type: number, descriptors: Descriptors): Kind {
  const known = types[type];
  if (known) return known;
  if (type !== 0x06) return { kind: "data", codec: `stream type 0x${type.toString(16)}` };
  const format = text(descriptors.get(0x05), 4);
  if (format === "Opus") return { kind: "audio", codec: "opus" };
  if (format === "KLVA") return { kind: "data", codec: "klv" };
  if (format === "AC-3" || descriptors.has(0x6a)) return { kind: "audio", codec: "ac3" };
  if (format === "EAC3" || descriptors.has(0x7a)) return { kind: "audio", codec: "eac3" };
  if (format.startsWith("DTS") || descriptors.has(0x7b)) return { kind: "audio", codec: "dts" };
  if (descriptors.has(0x59)) return { kind: "subtitle", codec: "dvb_subtitle" };
  if (descriptors.has(0x56)) return { kind: "subtitle", codec: "dvb_teletext" };
  return { kind: "data", codec: format === "" ? null : format };
}
