/** Reads an H.264 stream's sequence parameters, as far as they tell what its pictures are. */

/** Colours by number (ITU-T H.273); absent numbers state nothing. */
export interface NumberedColor {
  readonly primaries?: number | undefined;
  readonly transfer?: number | undefined;
  readonly matrix?: number | undefined;
  readonly fullRange?: boolean | undefined;
}

/** What they tell. */
export interface SequenceParameters {
  /** Whether all pictures are whole: none is two fields. */
  readonly wholePictures: boolean;
  /** Chroma at 0: none, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  readonly chromaFormat: number;
  readonly color: NumberedColor;
}

/** Profiles whose parameters say how chroma is sampled. Source: ITU-T H.264, section 7.3.2.1.1. */
const highProfiles: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** Reads a unit of type 7, its head included. Source: ITU-T H.264, sections 7.3.2.1 and E.1.1. @throws RangeError */
export function readSequenceParameters(unit: Uint8Array): SequenceParameters {
  const bits = createBits(withoutEscapes(unit));
  bits.skip(8);
  const profile = bits.read(8);
  bits.skip(16);
  bits.golomb();
  const chromaFormat = highProfiles.includes(profile) ? readHighProfile(bits) : 1;
  bits.golomb();
  const order = bits.golomb();
  if (order === 0) bits.golomb();
  else if (order === 1) {
    bits.skip(1);
    bits.golomb();
    bits.golomb();
    for (let left = bits.golomb(); left > 0; left--) bits.golomb();
  }
  bits.golomb();
  bits.skip(1);
  bits.golomb();
  bits.golomb();
  const wholePictures = bits.read(1) === 1;
  if (!wholePictures) bits.skip(1);
  bits.skip(1);
  if (bits.read(1) === 1) for (let side = 0; side < 4; side++) bits.golomb();
  return { wholePictures, chromaFormat, color: bits.read(1) === 1 ? readColor(bits) : {} };
}

function readHighProfile(bits: Bits): number {
  const chromaFormat = bits.golomb();
  if (chromaFormat === 3) bits.skip(1);
  bits.golomb();
  bits.golomb();
  bits.skip(1);
  if (bits.read(1) === 0) return chromaFormat;
  for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list++) {
    if (bits.read(1) === 0) continue;
    let [last, next] = [8, 8];
    for (let at = 0; at < (list < 6 ? 16 : 64); at++) {
      if (next !== 0) next = (last + bits.signedGolomb() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
  return chromaFormat;
}

/** Of the usability information, up to the colours. */
function readColor(bits: Bits): NumberedColor {
  const extended = 255;
  if (bits.read(1) === 1 && bits.read(8) === extended) bits.skip(32);
  if (bits.read(1) === 1) bits.skip(1);
  if (bits.read(1) === 0) return {};
  bits.skip(3);
  const fullRange = bits.read(1) === 1;
  if (bits.read(1) === 0) return { fullRange };
  return { fullRange, primaries: bits.read(8), transfer: bits.read(8), matrix: bits.read(8) };
}

interface Bits {
  read(count: number): number;
  skip(count: number): void;
  golomb(): number;
  signedGolomb(): number;
}

function createBits(data: Uint8Array): Bits {
  let at = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let left = count; left > 0; left--, at++) {
      const byte = data[at >> 3];
      if (byte === undefined) throw new RangeError("The sequence parameters end too early.");
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  // section 9.1: as many zeros as bits behind the one that follows them
  const golomb = (): number => {
    let zeros = 0;
    while (read(1) === 0) zeros++;
    return 2 ** zeros - 1 + read(zeros);
  };
  const signedGolomb = (): number => {
    const code = golomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  };
  return { read, skip: (count) => void (at += count), golomb, signedGolomb };
}

/** Without the bytes that keep start codes from appearing. Source: ITU-T H.264, section 7.4.1. */
function withoutEscapes(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, at) => !(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0));
}
