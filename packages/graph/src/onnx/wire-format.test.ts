import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "./wire-format.ts";
import type { MessageFields } from "./wire-format.ts";

const inner = { text: { number: 1, kind: "string" } } as const satisfies MessageFields;
const fields = {
  whole: { number: 1, kind: "integer" },
  wholes: { number: 2, kind: "integer", repeated: true },
  real: { number: 3, kind: "float" },
  reals: { number: 4, kind: "float", repeated: true },
  raw: { number: 5, kind: "bytes" },
  one: { number: 6, kind: "message", fields: inner },
  many: { number: 300, kind: "message", repeated: true, fields: inner },
} as const satisfies MessageFields;

const whole = fc.maxSafeInteger();
const real = fc.float({ noNaN: true });
const message = fc.record(
  {
    whole,
    wholes: fc.array(whole),
    real,
    reals: fc.array(real),
    raw: fc.uint8Array(),
    one: fc.record({ text: fc.string() }),
    many: fc.array(fc.record({ text: fc.string({ unit: "grapheme" }) })),
  },
  { requiredKeys: ["wholes", "reals", "many"], noNullPrototype: true },
);

/** In Node, bytes come back as a Buffer: the same bytes in another class. */
function plain(value: object): object {
  const raw = (value as { readonly raw?: Uint8Array }).raw;
  return raw ? { ...value, raw: [...raw] } : value;
}

describe("messages", () => {
  it("come back as they went", () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(plain(decodeMessage(fields, encodeMessage(fields, value)))).toEqual(plain(value));
      }),
    );
  });

  it("may have lists of numbers packed into one field", () => {
    // Field 2, 3 bytes: 1, 300. Field 4, 4 bytes: 1.5.
    const bytes = Uint8Array.of(0x12, 3, 1, 0xac, 2, 0x22, 4, 0, 0, 0xc0, 0x3f);
    expect(decodeMessage(fields, bytes)).toMatchObject({ wholes: [1, 300], reals: [1.5] });
  });

  it("may have fields that are not known here", () => {
    const bytes = encodeMessage(fields, { whole: 1, raw: Uint8Array.of(1, 2), one: { text: "a" }, real: 2 });
    expect(decodeMessage({ real: fields.real }, bytes)).toEqual({ real: 2 });
  });

  it("are refused when cut short or of another kind", () => {
    const bytes = encodeMessage(fields, { one: { text: "some text" } });
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodeMessage(fields, bytes.subarray(0, length))).toThrowError(RangeError);
    }
    expect(() => decodeMessage({ text: { number: 1, kind: "string" } }, Uint8Array.of(8, 1))).toThrowError(
      /wire type 0/,
    );
  });
});
