/** What is known of a trained model beside its weights: the trainer writes it, the zoo lists it. */

/** A model's card: the JSON file beside its ONNX file. Scores are means over a test set's pictures. */
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
  /** Multiply-accumulates for one picture of 1280×720 as it comes out. */
  readonly macs720p: number;
  /** Y-PSNR in dB by test set, for instance `{ set5: 36.67 }`; borders of `scale` pixels not counted. */
  readonly psnr: Readonly<Record<string, number>>;
  /** SSIM by test set. */
  readonly ssim: Readonly<Record<string, number>>;
  /** The same for bicubic enlargement: what the model is to be compared with. */
  readonly bicubicPsnr: Readonly<Record<string, number>>;
  readonly bicubicSsim: Readonly<Record<string, number>>;
  /** The recipe of `@tatami/train` that made it, with its seed: what it takes to make it again. */
  readonly recipe: string;
  readonly seed: number;
  /** Training steps done. */
  readonly steps: number;
  /** Crops in a step, and the side of a crop in low-resolution pixels. */
  readonly batch: number;
  readonly crop: number;
  /** What the recipe does not tell of how it was made. */
  readonly note?: string;
  /** What it was trained on, and under which licences. */
  readonly data: string;
  /** Largest difference between the network as trained and as shipped (collapsed), on a picture of 0..1. */
  readonly foldingError: number;
  /** SHA-256 of the ONNX file, in hexadecimal; checked on load. */
  readonly sha256: string;
  /** Licence of the weights, as SPDX writes it. */
  readonly license: string;
}
