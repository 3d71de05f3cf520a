/** Pictures as codecs have them: planes where they lie, or packed one after the other. */

/** A decoded picture's planes as the decoder left them; valid while its sample is open. */
export interface RawPicture {
  /** `I420`, `I422P10`, `NV12`, `RGBA` and so on, in WebCodecs' words. */
  readonly format: string;
  readonly planes: readonly { readonly data: Uint8Array; readonly stride: number }[];
}

/** A picture to encode, its planes packed one after the other. */
export interface PackedPicture {
  readonly format: "I420" | "I420A";
  readonly data: Uint8Array<ArrayBuffer>;
}
