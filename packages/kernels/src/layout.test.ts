import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as layouts from "./generated/layouts.ts";
import { changeFields, listFields, readFields, writeFields } from "./layout.ts";

test("reads back what was written, and changes no more than is said", () => {
  const layout = layouts.fusionJobLayout;
  const names = Object.keys(layout.fields) as (keyof typeof layout.fields)[];
  const values = Object.fromEntries(names.map((name, index) => [name, index + 1])) as Record<
    (typeof names)[number],
    number
  >;
  const buffer = new ArrayBuffer(layout.bytes + 16);
  writeFields(buffer, 8, layout, values);
  expect(readFields(buffer, 8, layout)).toEqual(values);
  changeFields(buffer, 8, layout, { share: 0.5, gained: 1e300 });
  expect(readFields(buffer, 8, layout)).toEqual({ ...values, share: 0.5, gained: 1e300 });
  expect([...new Uint8Array(buffer, 0, 8), ...new Uint8Array(buffer, layout.bytes + 8)]).toEqual(
    Array.from({ length: 16 }, () => 0),
  );
});

test("lists values in the order of the fields, however they are given", () => {
  const values = { height: 5, width: 4, pixel: 3, stride: 2, interior: 1 };
  expect(listFields(layouts.planeLayout, values)).toEqual([1, 2, 3, 4, 5]);
});

test("puts numbers of 64 bits where WebAssembly has them", () => {
  expect(layouts.fusionJobLayout.fields.gained.at % 8).toBe(0);
});

test("is there for all that JavaScript writes: every class that a kernel's file exports", () => {
  const root = new URL("../assembly/", import.meta.url);
  const exported = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => [
      ...readFileSync(new URL(path, root), "utf8").matchAll(/@unmanaged\s+export class (\w+)/g),
    ])
    .map(([, name]) => `${name![0]!.toLowerCase()}${name!.slice(1)}Layout`);
  expect(exported.length).toBeGreaterThan(5);
  expect(Object.keys(layouts).toSorted()).toEqual(exported.toSorted());
});
