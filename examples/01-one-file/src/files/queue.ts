/** The files of the page and what has become of each: a list, and the events that change it. */

/** What has become of a file. */
export type FileState<Result, Failure> =
  | { readonly kind: "waiting" }
  | {
      readonly kind: "working";
      /** From 0 to 1; absent where nobody knows how much there is. */
      readonly share?: number;
      readonly isPaused: boolean;
    }
  | { readonly kind: "done"; readonly result: Result; readonly isSaved: boolean }
  | { readonly kind: "failed"; readonly failure: Failure };

/** One of the files. */
export interface QueuedFile<Result = unknown, Failure = unknown> {
  readonly id: number;
  readonly file: File;
  readonly state: FileState<Result, Failure>;
}

/** What happens to them. */
export type QueueEvent<Result, Failure> =
  | { readonly is: "added"; readonly files: readonly File[]; readonly where: "first" | "last" }
  | { readonly is: "begun" | "stopped" | "retried" | "removed" | "saved"; readonly id: number }
  | { readonly is: "progressed"; readonly id: number; readonly share?: number }
  | { readonly is: "paused"; readonly id: number; readonly isPaused: boolean }
  | { readonly is: "finished"; readonly id: number; readonly result: Result; readonly isSaved: boolean }
  | { readonly is: "broken"; readonly id: number; readonly failure: Failure };

/** All of them, in the order they are worked on. */
export interface Queue<Result = unknown, Failure = unknown> {
  readonly files: readonly QueuedFile<Result, Failure>[];
  readonly nextId: number;
}

/** None yet. */
export const emptyQueue: Queue<never, never> = { files: [], nextId: 1 };

/** The queue after an event. One that does not fit the file's state, or of a file that is gone, changes nothing. */
export const changeQueue = <Result, Failure>(
  queue: Queue<Result, Failure>,
  event: QueueEvent<Result, Failure>,
): Queue<Result, Failure> => {
  if (event.is === "added") return add(queue, event.files, event.where);
  const at = queue.files.findIndex(({ id }) => id === event.id);
  const file = queue.files[at];
  if (file === undefined) return queue;
  if (event.is === "removed") {
    const goes = file.state.kind !== "working";
    return goes ? { ...queue, files: queue.files.toSpliced(at, 1) } : queue;
  }
  if (event.is === "begun" && queue.files.some(isWorking)) return queue;
  const state = nextState(file.state, event);
  if (state === undefined) return queue;
  return { ...queue, files: queue.files.with(at, { ...file, state }) };
};

/** The file that is next, if any waits. */
export const nextWaiting = <Result, Failure>({
  files,
}: Queue<Result, Failure>): QueuedFile<Result, Failure> | undefined =>
  files.find(({ state }) => state.kind === "waiting");

/** Whether something is here that is nowhere else: work, or a result that has not been saved. */
export const wouldLose = ({ files }: Queue): boolean =>
  files.some(({ state }) => state.kind === "working" || (state.kind === "done" && !state.isSaved));

/** Whether it is the one that is worked on. */
export const isWorking = ({ state }: Pick<QueuedFile, "state">): boolean => state.kind === "working";

const add = <Result, Failure>(
  { files, nextId }: Queue<Result, Failure>,
  added: readonly File[],
  where: "first" | "last",
): Queue<Result, Failure> => {
  const waiting = added.map((file, index): QueuedFile<Result, Failure> => ({
    id: nextId + index,
    file,
    state: { kind: "waiting" },
  }));
  const before = files.findIndex(({ state }) => state.kind === "waiting");
  const at = where === "last" || before < 0 ? files.length : before;
  return { files: files.toSpliced(at, 0, ...waiting), nextId: nextId + added.length };
};

/** `undefined` where the event does not fit. */
const nextState = <Result, Failure>(
  state: FileState<Result, Failure>,
  event: Exclude<QueueEvent<Result, Failure>, { is: "added" | "removed" }>,
): FileState<Result, Failure> | undefined => {
  const { kind } = state;
  if (event.is === "begun") return kind === "waiting" ? { kind: "working", isPaused: false } : undefined;
  if (event.is === "retried") return kind === "failed" ? { kind: "waiting" } : undefined;
  if (event.is === "saved") return kind === "done" ? { ...state, isSaved: true } : undefined;
  if (event.is === "broken")
    return kind === "working" || kind === "waiting" ? { kind: "failed", failure: event.failure } : undefined;
  if (kind !== "working") return undefined;
  if (event.is === "stopped") return { kind: "waiting" };
  if (event.is === "paused") return { ...state, isPaused: event.isPaused };
  if (event.is === "finished") return { kind: "done", result: event.result, isSaved: event.isSaved };
  if (event.is !== "progressed") return undefined;
  return { ...state, ...(event.share === undefined ? {} : { share: event.share }) };
};
