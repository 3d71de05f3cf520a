/**
 * Times the ways to an upscaler side by side: round after round, each passes the same frames in turn, and is set
 * beside the upscaler itself, called without it, in the same round.
 */

/** One way, wherever it is. */
export interface TimedDoor {
  readonly name: string;
  /** The entry that does the same without it. */
  readonly against?: string | undefined;
  /** Passes frames, made before the clock starts, and closes the results. */
  time(frames: number): Promise<DoorRun>;
}

/** Milliseconds of one round, for all of its frames. */
export interface DoorRun {
  readonly wall: number;
  /** What the engine's stages took of it by their own account; not known where several engines work at once. */
  readonly engine: number | undefined;
}

/** What is measured. */
export interface DoorBench {
  readonly rounds: number;
  /** Frames that each passes in a round. */
  readonly frames: number;
  /** Milliseconds of processor time that everything concerned has taken so far, all threads together. */
  readonly processor: () => Promise<number>;
}

/** One way's time of one kind. */
export interface DoorTime {
  /** Milliseconds a frame, the median of the rounds. */
  readonly median: number;
  /**
   * By what share it takes longer than the other in the same round: the quartiles of all rounds, the median in the
   * middle. Negative where it takes less; nothing where there is no other.
   */
  readonly overhead: readonly [lower: number, middle: number, upper: number] | undefined;
  /** The same of each one's quickest rounds, the lowest tenth of them, which others' work disturbs least. */
  readonly quickest: number | undefined;
}

/** One way. */
export interface DoorFigure {
  readonly name: string;
  readonly against: string | undefined;
  /** By the clock on the wall, others' work included. */
  readonly wall: DoorTime;
  /** By what it took of the processor, which others' work disturbs less; waiting costs nothing in it. */
  readonly processor: DoorTime;
  /**
   * By the clock, without what the engine's stages took: what a way costs of its own, whichever engine is quicker by
   * chance. Its overhead is in shares of the other's whole time. Not known where several engines work at once.
   */
  readonly outside: DoorTime | undefined;
}

interface Spent {
  readonly wall: number;
  readonly processor: number;
  readonly outside: number | undefined;
}

/** Measures all. The first round is not counted: it prepares and proves each shape. */
export async function measureDoors(
  doors: readonly TimedDoor[],
  { rounds, frames, processor }: DoorBench,
): Promise<readonly DoorFigure[]> {
  const spent = new Map(doors.map(({ name }) => [name, [] as Spent[]]));
  for (let round = 0; round <= rounds; round++)
    for (const door of inTurn(doors, round)) {
      const before = await processor();
      const { wall, engine } = await door.time(frames);
      const took = (await processor()) - before;
      if (round > 0)
        spent.get(door.name)!.push({
          wall: wall / frames,
          processor: took / frames,
          outside: engine === undefined ? undefined : (wall - engine) / frames,
        });
    }
  return doors.map(({ name, against }) => {
    const own = spent.get(name)!;
    const others = against === undefined ? undefined : spent.get(against)!;
    const compare = (of: (each: Spent) => number, whole = of): DoorTime =>
      compareTimes(own.map(of), others && { part: others.map(of), whole: others.map(whole) });
    const isKnown = own.every(({ outside }) => outside !== undefined);
    return {
      name,
      against,
      wall: compare(({ wall }) => wall),
      processor: compare((each) => each.processor),
      outside: isKnown
        ? compare(
            ({ outside }) => outside!,
            ({ wall }) => wall,
          )
        : undefined,
    };
  });
}

/** @param others the other's times that are compared, and those that the difference is a share of */
function compareTimes(
  own: readonly number[],
  others: { readonly part: readonly number[]; readonly whole: readonly number[] } | undefined,
): DoorTime {
  const median = quantile(own, 0.5);
  if (!others) return { median, overhead: undefined, quickest: undefined };
  const { part, whole } = others;
  const shares = own.map((time, round) => (time - part[round]!) / whole[round]!);
  return {
    median,
    overhead: [quantile(shares, 0.25), quantile(shares, 0.5), quantile(shares, 0.75)],
    quickest: (quantile(own, 0.1) - quantile(part, 0.1)) / quantile(whole, 0.1),
  };
}

// Whoever is first, and whoever comes after whom, is another from round to round: some leave more garbage than others.
function inTurn<T>(entries: readonly T[], round: number): readonly T[] {
  const at = round % entries.length;
  const turned = [...entries.slice(at), ...entries.slice(0, at)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))]!;
}
