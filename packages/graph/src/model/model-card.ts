/** What is known of a trained model beside its weights: the trainer writes it, the zoo lists it. */

/** A network that another was made from. */
export interface ModelParent {
  readonly name: string;
  /** Whether its weights were gone on from, its enlargements were learned, or pictures were degraded by it. */
  readonly role: "from" | "teacher" | "degradation";
  /** SHA-256 of its ONNX file, in hexadecimal. @defaultValue not known, or it never was one */
  readonly sha256?: string;
  /** All training steps behind its weights, those of the networks that it goes back to included, as far as known. */
  readonly steps: number;
  /** Crops seen in those steps. */
  readonly samples: number;
  /** How channels were taken out before the last run, or before one that it went on from. @defaultValue none were */
  readonly pruning?: PruningNote;
  /** Steps between those cuts, and crops seen in them, where they came right before the last run. @defaultValue none */
  readonly tuning?: { readonly steps: number; readonly samples: number };
}

/** How a teacher was learned from. */
export interface DistilNote {
  /** `outputs`: its enlargements. `mipkd`: its features and parts as well (MiPKD, arXiv 2404.02573). */
  readonly method: string;
  /** What the pictures themselves counted for, beside 1 for the teacher's. */
  readonly truth: number;
  /** Turns of every picture that the teacher looked at. */
  readonly turns: number;
  /** `truth` where the trainer's drawings were learned as they are. */
  readonly drawings?: string;
  /** Of mipkd: places at which features were mixed. */
  readonly points?: number;
}

/** How a network was made smaller (RKR/CPO, arXiv 1705.10748). */
export interface PruningNote {
  /** The network that it was pruned from. */
  readonly from: string;
  /** How layers were chosen: `greedy`, `cpo`, `uniform`. */
  readonly method: string;
  /** How channels were ranked: `contribution`, `sparsity`, `l1`, `random`. */
  readonly criterion: string;
  /** What was saved on, before and after: "MACs a pixel". */
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** Decibels that it lies below the network it was pruned from, on pictures held back for that. */
  readonly drop: number;
}

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
  /** Training steps of the last run. */
  readonly steps: number;
  /** What that run was made from: the network whose weights it began with, the one it learned from. @defaultValue not known */
  readonly lineage?: readonly ModelParent[];
  /** How its teacher was learned from. @defaultValue by its enlargements alone, or there was none */
  readonly distil?: DistilNote;
  /** What its last run was trained to lessen: `psnr`, decibels. @defaultValue absolute differences */
  readonly loss?: string;
  /** The network that its weights can be mixed with: it was trained so that all in between are good ones. @defaultValue none */
  readonly mixesWith?: string;
  /**
   * All training steps behind the weights: of the last run and of the network it began with, and so on, as far as known;
   * a teacher's are not counted. @defaultValue not known
   */
  readonly totalSteps?: number;
  /** Crops seen in those steps. @defaultValue not known */
  readonly samples?: number;
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
