/** Tells whether a loss has run away. */

/** What must be kept to judge on. */
export interface Judgement {
  /** Smoothed loss. */
  readonly smoothedLoss: number;
  /** Lowest smoothed loss so far. */
  readonly lowestLoss: number;
  /** What the learning rate is multiplied by; halved after each divergence. */
  readonly rateFactor: number;
}

/** Judges one player. */
export interface Judge {
  /** Takes a move's loss in. @param moves done, this one included */
  diverged(loss: number, gradientNorm: number, moves: number): boolean;
  rateFactor(): number;
  save(): Judgement;
  restore(state: Judgement): void;
}

/** Moves that the smoothed loss is a mean over, about. */
const memory = 100;
/** A clipped output bounds a loss that has run away: it grows by little more than this. */
const runawayFactor = 3;
/** Moves before the smoothed loss is judged. */
const settling = 20;

/**
 * A judge who has seen nothing yet.
 *
 * @param runaway a smoothed loss this many times its lowest means divergence; a lowest of zero or below says nothing
 */
export function createJudge(runaway: number = runawayFactor): Judge {
  let state: Judgement = { smoothedLoss: 0, lowestLoss: Infinity, rateFactor: 1 };
  return {
    diverged(loss, gradientNorm, moves) {
      const smoothedLoss = state.smoothedLoss + (loss - state.smoothedLoss) / Math.min(moves, memory);
      const lowestLoss = Math.min(state.lowestLoss, smoothedLoss);
      state = { ...state, smoothedLoss, lowestLoss };
      const finite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
      return !finite || (moves > settling && lowestLoss > 0 && smoothedLoss > runaway * lowestLoss);
    },
    rateFactor: () => state.rateFactor,
    save: () => state,
    restore({ smoothedLoss, lowestLoss, rateFactor }) {
      state = { smoothedLoss, lowestLoss, rateFactor };
    },
  };
}
