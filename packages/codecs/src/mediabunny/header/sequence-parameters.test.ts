import { expect, test } from "vitest";
import { readSequenceParameters } from "./sequence-parameters.ts";

const parametersOf = (hexadecimal: string) =>
  readSequenceParameters(
    Uint8Array.from(hexadecimal.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  );

test("colours that mediabunny has no word for are read by their numbers", () => {
  // x264 at 160×120 with colorprim, transfer and colormatrix bt470bg
  expect(parametersOf("6764000bacd942847e5c05a828282a000003000200000300641e28532c")).toEqual({
    wholePictures: true,
    chromaFormat: 1,
    color: { fullRange: false, primaries: 5, transfer: 5, matrix: 5 },
  });
});

test("what is not stated is not read as something", () => {
  // x264 at 704×576, 4:4:4 without a word of colours
  expect(
    parametersOf("67f40016919b28160 24d8088000003000800000300107 8b16cb001".replaceAll(" ", "")),
  ).toEqual({
    wholePictures: true,
    chromaFormat: 3,
    color: {},
  });
});

test("parameters that end too early are an error, not colours", () => {
  expect(() => parametersOf("6764000bacd942847e")).toThrow(RangeError);
});
