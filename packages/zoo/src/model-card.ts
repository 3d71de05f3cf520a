/** What is known of a shipped model beside its weights: the JSON file next to it, as it is. */

/** A model's card. */
export interface ModelCard {
  /** The name it is loaded by, for instance `m5-x2`. */
  readonly name: string;
  /** How many times wider and higher the picture becomes. */
  readonly scale: number;
  /** What it was trained to undo: clean bicubic shrinking, or what cameras and codecs do. */
  readonly track: "bicubic" | "camera";
  /** Weights, biases not counted, as the SESR paper counts them (table 1). */
  readonly parameters: number;
  /** Multiply-accumulates a pixel of the input. */
  readonly macsPerPixel: number;
  /** Y-PSNR in dB by test set, for instance `{ set5: 37.1 }`. */
  readonly psnr: Readonly<Record<string, number>>;
  /** SHA-256 of the ONNX file, in hexadecimal; checked on load. */
  readonly sha256: string;
  /** Licence of the weights, as SPDX writes it. */
  readonly license: string;
}
