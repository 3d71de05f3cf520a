/** The eight ways to hold a picture: quarter turns and their mirror images. */

/** How many there are. */
export const turnCount = 8;

/** Where a turned picture's samples lie among the samples of the picture itself. */
export interface TurnedPlaces {
  /** The place of its first sample. */
  readonly start: number;
  /** From one of its samples to the next in its row. */
  readonly across: number;
  /** From one of its rows to the next. */
  readonly down: number;
}

/**
 * Bit 0 of `turn` exchanges rows and columns; then bit 1 mirrors left to right, bit 2 top to bottom.
 *
 * @param stride samples from one row of the picture to the next
 */
export function turnedPlaces(turn: number, width: number, height: number, stride: number): TurnedPlaces {
  const [wide, tall] = turn & 1 ? [height, width] : [width, height];
  const [across, down] = turn & 1 ? [stride, 1] : [1, stride];
  return {
    start: (turn & 2 ? (wide - 1) * across : 0) + (turn & 4 ? (tall - 1) * down : 0),
    across: turn & 2 ? -across : across,
    down: turn & 4 ? -down : down,
  };
}
