/** Structs of numbers that are written on one side and read on the other: declared once for both. */

/** What a field holds; each takes four bytes. */
export type FieldType = "u32" | "f32";

/** A uniform's two forms. */
export interface UniformStruct<Name extends string> {
  /** Its declaration. */
  readonly wgsl: string;
  /** Its bytes. */
  pack(values: Readonly<Record<Name, number>>): ArrayBuffer;
}

/** Fields lie in memory in the order given. */
export function uniformStruct<Name extends string>(
  name: string,
  fields: Readonly<Record<Name, FieldType>>,
): UniformStruct<Name> {
  const inOrder = Object.entries(fields) as [Name, FieldType][];
  return {
    wgsl: `struct ${name} {\n${inOrder.map(([field, type]) => `  ${field}: ${type},`).join("\n")}\n}`,
    pack(values) {
      // a uniform is bound in whole vectors
      const bytes = new ArrayBuffer(Math.ceil(inOrder.length / 4) * 16);
      const view = new DataView(bytes);
      inOrder.forEach(([field, type], index) => {
        if (type === "u32") view.setUint32(index * 4, values[field], true);
        else view.setFloat32(index * 4, values[field], true);
      });
      return bytes;
    },
  };
}
