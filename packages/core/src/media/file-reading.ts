/** What a look into a file says about it, before it is enlarged. */

/** What some frames of a file look like. Ratios are natural logarithms, so that they can be weighed. */
export interface PictureMeasures {
  /** Standard deviation of the finest octave where the picture is flattest, in levels. */
  readonly noise: number;
  /** ln of the energy of fourth over that of second differences, at the strongest edges: low where a lens was soft. */
  readonly tips: number;
  /** The same where there is texture: blocks between the flattest and the strongest. */
  readonly weave: number;
  /** ln of the finest over the middle octave's energy, at the strongest edges. */
  readonly edges: number;
  /** ln of the middle over the coarse octave's energy, at the strongest edges. */
  readonly slopes: number;
  /** ln of the finest over the middle octave's energy, everywhere. */
  readonly detail: number;
  /** ln of the middle over the coarse octave's energy, everywhere. */
  readonly structure: number;
  /** The same two where there is texture. */
  readonly texture: number;
  readonly textureStructure: number;
  /** ln of the energy of all octaves. */
  readonly contrast: number;
  /** ln of the mean step across the lines of an 8×8 grid over that elsewhere: blocks left by a codec. */
  readonly grid: number;
  /** Part of the blocks in which nothing fine is left. */
  readonly emptied: number;
  /** Part of the pixels that equal their neighbours. */
  readonly equal: number;
  /** Part of the blocks whose neighbouring rows differ more than those two apart. */
  readonly combed: number;
}

/** What is known of a file after a few of its frames were looked at. */
export interface FileReading {
  /** The codec as the container names it, or `null` when not known. */
  readonly codec: string | null;
  /** Mean bits a pixel of video, or `null` when the container does not say. */
  readonly bitsPerPixel: number | null;
  /** Frames that were looked at. */
  readonly frames: number;
  /** Part of the picture that stood still between frames next to one another, or `null` where there was but one. */
  readonly stillShare: number | null;
  readonly measures: PictureMeasures;
  /** Whether what is enlarged is the mean of many frames: it holds less of what cameras add. @defaultValue false */
  readonly isFused?: boolean;
}
