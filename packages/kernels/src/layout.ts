/** What is written for kernels to read: the fields of a layout that `scripts/describe-memory.js` made of the kernels' own. */

/** One field. */
export interface LayoutField {
  /** Bytes from the beginning. */
  readonly at: number;
  /** Integers of 32 bits hold addresses, too. */
  readonly type: "i32" | "f32" | "f64";
}

/** Fields by name, in their order. */
export interface Layout {
  readonly bytes: number;
  readonly fields: Readonly<Record<string, LayoutField>>;
}

/** A value for each field of a layout. */
export type Fields<L extends Layout, V = number> = { readonly [F in keyof L["fields"]]: V };

/** Writes all fields. */
export function writeFields<L extends Layout>(
  buffer: ArrayBufferLike,
  address: number,
  layout: L,
  values: Fields<L>,
): void {
  changeFields(buffer, address, layout, values);
}

/** Writes some fields; the others stay as they are. */
export function changeFields<L extends Layout>(
  buffer: ArrayBufferLike,
  address: number,
  layout: L,
  values: Partial<Fields<L>>,
): void {
  const view = new DataView(buffer, address, layout.bytes);
  for (const [name, { at, type }] of Object.entries(layout.fields)) {
    const value = values[name];
    if (value === undefined) continue;
    if (type === "i32") view.setInt32(at, value, true);
    else if (type === "f32") view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }
}

/** Reads all fields. */
export function readFields<L extends Layout>(buffer: ArrayBufferLike, address: number, layout: L): Fields<L> {
  const view = new DataView(buffer, address, layout.bytes);
  const read = ({ at, type }: LayoutField): number =>
    type === "i32"
      ? view.getInt32(at, true)
      : type === "f32"
        ? view.getFloat32(at, true)
        : view.getFloat64(at, true);
  const all = Object.entries(layout.fields).map(([name, field]) => [name, read(field)]);
  return Object.fromEntries(all) as Fields<L>;
}

/** Values in the order of their fields, for a layout of integers: words of a table that is written later. */
export function listFields<L extends Layout, V>(layout: L, values: Fields<L, V>): readonly V[] {
  return Object.keys(layout.fields).map((name) => values[name as keyof L["fields"]]);
}
