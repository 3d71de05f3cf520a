/** One row of the table: where the packages were tried, and what came of it. */

/** A row that was tried. */
export interface Row {
  /** Runtime, bundler, compiler or tool, with its version. */
  readonly where: string;
  readonly what: string;
  readonly outcome: string;
  readonly works: boolean;
  readonly seconds: number;
}

/** Something to try; what it throws is the row's outcome. */
export interface Try {
  readonly where: string;
  readonly what: string;
  /** @returns what came of it, in a few words. */
  run(): Promise<string>;
}

/** Tries one after another, and tells of each as it is done. */
export async function tryAll(all: readonly Try[], tell: (row: Row) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { where, what, run } of all) {
    const since = performance.now();
    const [works, outcome] = await run().then(
      (words) => [true, words] as const,
      (error: unknown) => [false, wordsOf(error)] as const,
    );
    const row = { where, what, outcome, works, seconds: (performance.now() - since) / 1000 };
    rows.push(row);
    tell(row);
  }
  return rows;
}

function wordsOf(error: unknown): string {
  const { stderr, stdout, message } = error as {
    readonly stderr?: string;
    readonly stdout?: string;
    readonly message?: string;
  };
  const words = [stderr, stdout, message]
    .filter((each) => each !== undefined && each.trim() !== "")
    .join(" ");
  return (words || String(error)).trim().replace(/\s+/g, " ").slice(0, 600);
}

/** The rows as Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ where, what, outcome, works, seconds }) =>
      `| ${where} | ${what} | ${works ? outcome : `**fails**: ${outcome}`} | ${seconds.toFixed(1)} |`,
  );
  return ["| where | what | outcome | seconds |", "| --- | --- | --- | ---: |", ...lines].join("\n");
}
