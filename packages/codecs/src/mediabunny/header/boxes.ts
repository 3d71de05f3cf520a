/** Boxes of MP4 and elements of Matroska, as far as they are looked into here. */

/** A box or an element in a file's bytes. */
export interface Part {
  /** A box's type, or an element's number in hexadecimal: `moov`, `1549a966`. */
  readonly name: string;
  /** Where it begins. */
  readonly at: number;
  /** Where what it holds begins. */
  readonly content: number;
  /** Where it ends; Infinity where it does not say. */
  readonly end: number;
}

/** Reads a box's or element's head; nothing where there is none. */
export type ReadPart = (view: DataView, at: number) => Part | undefined;

/** Boxes that hold others after fields of their own, and how many bytes those take. Source: ISO/IEC 14496-12 and -15. */
const ownFields: Readonly<Record<string, number>> = { stsd: 8, meta: 4 };
/** Bytes of a picture's sample entry before its boxes. Source: ISO/IEC 14496-12, section 12.1.3. */
const pictureEntry = 78;

/** Source: ISO/IEC 14496-12, section 4.2. */
export const readBox: ReadPart = (view, at) => {
  if (at + 8 > view.byteLength) return undefined;
  const short = view.getUint32(at);
  const long = short === 1 && at + 16 <= view.byteLength;
  const length = short === 0 ? Infinity : long ? Number(view.getBigUint64(at + 8)) : short;
  if (length < 8) return undefined;
  const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
  return { name, at, content: at + (long ? 16 : 8), end: at + length };
};

/** Source: RFC 8794, sections 4 and 5. */
export const readElement: ReadPart = (view, at) => {
  const widthAt = (place: number): number =>
    place < view.byteLength ? Math.clz32(view.getUint8(place)) - 23 : 9;
  const idWidth = widthAt(at);
  const lengthWidth = idWidth > 4 ? 9 : widthAt(at + idWidth);
  const content = at + idWidth + lengthWidth;
  if (lengthWidth > 8 || content > view.byteLength) return undefined;
  let name = "";
  for (let i = at; i < at + idWidth; i++) name += view.getUint8(i).toString(16).padStart(2, "0");
  const mask = 0xff >> lengthWidth;
  let length = view.getUint8(at + idWidth) & mask;
  let unknown = length === mask;
  for (let i = at + idWidth + 1; i < content; i++) {
    unknown &&= view.getUint8(i) === 0xff;
    length = length * 256 + view.getUint8(i);
  }
  return { name, at, content, end: unknown ? Infinity : content + length };
};

/** All parts at a path of names, `*` being any: `moov/trak/mdia`. */
export function findParts(
  view: DataView,
  read: ReadPart,
  path: string,
  [from, to]: readonly [number, number] = [0, view.byteLength],
): Part[] {
  const [wanted, ...rest] = path.split("/");
  const found: Part[] = [];
  for (let at = from; at < to;) {
    const head = read(view, at);
    if (!head || head.end <= at) break;
    const part = { ...head, end: Math.min(head.end, to) };
    if (part.name === wanted || wanted === "*") {
      const inside = part.content + (ownFields[part.name] ?? (wanted === "*" ? pictureEntry : 0));
      if (rest.length === 0) found.push(part);
      else found.push(...findParts(view, read, rest.join("/"), [inside, part.end]));
    }
    at = part.end;
  }
  return found;
}
