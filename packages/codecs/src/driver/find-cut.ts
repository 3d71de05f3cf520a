/** Tells whether a file ends before its own headers say it does. */

/** Random access to the bytes of an input. */
export interface SourceBytes {
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Where a file that was cut short should have ended. */
export interface Cut {
  readonly size: number;
  /** Bytes it says it has, at least. */
  readonly declared: number;
}

/** Boxes walked at most: a fragmented file of a day at one fragment a second has twice as many. */
const maxBoxes = 200_000;

/**
 * Finds a Matroska segment, a movie fragment or an AVI's chunk that reaches beyond the end of the file. A plain MP4 is
 * not looked at: its index tells, packet by packet, what is missing.
 * Source: RFC 8794, section 6; ISO/IEC 14496-12, section 4.2; OpenDML AVI File Format Extensions 1.02, section 3.
 */
export async function findCut(bytes: SourceBytes): Promise<Cut | undefined> {
  const head = await bytes.read(0, Math.min(4096, bytes.size));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 16) return undefined;
  if (view.getUint32(0) === riff) return findRiffCut(bytes);
  return view.getUint32(0) === 0x1a45dfa3 ? findMatroskaCut(view, bytes.size) : findFragmentCut(bytes);
}

/** `RIFF`; an AVI above a gigabyte is several of them, one after the other. */
const riff = 0x52494646;

async function findRiffCut(bytes: SourceBytes): Promise<Cut | undefined> {
  for (let at = 0, chunk = 0; at + 8 <= bytes.size && chunk < maxBoxes; chunk++) {
    const head = await bytes.read(at, at + 8);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const length = view.getUint32(4, true);
    // a recording that was not finished says nothing, and what follows a file is not of it
    if (view.getUint32(0) !== riff || length === 0) return undefined;
    at += 8 + length + (length % 2);
    if (at > bytes.size + 1) return { size: bytes.size, declared: at };
  }
  return undefined;
}

function findMatroskaCut(view: DataView, size: number): Cut | undefined {
  const header = readElementSize(view, 4);
  if (!header || header.value === undefined) return undefined;
  const segment = header.next + header.value;
  if (segment + 5 > view.byteLength || view.getUint32(segment) !== 0x18538067) return undefined;
  const content = readElementSize(view, segment + 4);
  // A live file does not say how long it is.
  if (!content || content.value === undefined) return undefined;
  const declared = content.next + content.value;
  return declared > size ? { size, declared } : undefined;
}

/** A variable-length size at `at`: absent `value` is "unknown". */
function readElementSize(
  view: DataView,
  at: number,
): { value: number | undefined; next: number } | undefined {
  if (at >= view.byteLength) return undefined;
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > view.byteLength) return undefined;
  let value = first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = view.getUint8(at + i);
    unknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: unknown ? undefined : value, next: at + length };
}

async function findFragmentCut(bytes: SourceBytes): Promise<Cut | undefined> {
  let at = 0;
  let fragmented = false;
  for (let box = 0; box < maxBoxes && at + 8 <= bytes.size; box++) {
    const head = await bytes.read(at, Math.min(at + 16, bytes.size));
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const type = String.fromCharCode(...head.subarray(4, 8));
    if (!/^[\w ]{4}$/.test(type)) return undefined;
    fragmented ||= type === "moof";
    const short = view.getUint32(0);
    const length = short === 1 && head.length >= 16 ? Number(view.getBigUint64(8)) : short;
    if (length === 0) return undefined;
    if (length < 8) return undefined;
    at += length;
    if (at > bytes.size) return fragmented ? { size: bytes.size, declared: at } : undefined;
  }
  return undefined;
}
