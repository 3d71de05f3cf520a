/** All jobs: taken on, done in their order, listened to, and removed when their time is over. */

import { Fault, toFault } from "../fault.ts";
import type { ServeEvent } from "../options.ts";
import { isOver, viewOf, withoutQuery } from "./job.ts";
import type { JobRecord, JobView } from "./job.ts";
import { createJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { Cancelled, Stopping } from "./runner.ts";
import type { Arrival } from "./store.ts";
import { workOn } from "./work-on.ts";
import type { Entry, JobsInit } from "./work-on.ts";

/** A job that was asked for. */
export interface FoundJob {
  readonly journal: Journal;
  readonly view: JobView;
  /** Path of its result. */
  readonly result: string;
}

/** Milliseconds between looks for jobs whose time is over, at most. */
const sweepInterval = 60_000;

/** The jobs of a service. Disposing of them stops work; what is begun is kept, and gone on with by the next service. */
export class Jobs implements AsyncDisposable {
  readonly #init: JobsInit;
  readonly #entries = new Map<string, Entry>();
  #reserved = 0;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(init: JobsInit) {
    this.#init = init;
  }

  /** Goes on with the jobs of a store. */
  static async open(init: JobsInit): Promise<Jobs> {
    const jobs = new Jobs(init);
    for (const record of await init.store.readAll()) await jobs.#goOn(record);
    await jobs.#sweep();
    const often = Math.max(100, Math.min(sweepInterval, init.options.keepHours * 1_800_000));
    jobs.#timer = setInterval(() => void jobs.#sweep().catch(() => undefined), often);
    jobs.#pump();
    return jobs;
  }

  /** The latest first. */
  list(): readonly JobView[] {
    return [...this.#entries.values()].map(({ record, progress }) => viewOf(record, progress)).reverse();
  }

  /** @throws Fault `no-such-job` */
  find(id: string): FoundJob {
    const { record, journal, progress } = this.#entryOf(id);
    return { journal, view: viewOf(record, progress), result: this.#init.store.resultOf(record) };
  }

  /** Keeps a place in the queue for a job that comes in. @throws Fault `queue-overflow`, `stopping` */
  reserve(): Disposable {
    if (this.#isStopping) throw stopping();
    const { maxWaiting } = this.#init.options;
    if (this.#unfinished().length + this.#reserved >= maxWaiting) throw tooMany(maxWaiting);
    this.#reserved++;
    return { [Symbol.dispose]: () => void this.#reserved-- };
  }

  /** Takes on a job whose file is there, or will be fetched. @throws Fault `stopping` */
  async take(
    arrival: Arrival,
    job: Pick<JobRecord, "name" | "options" | "url" | "network">,
  ): Promise<JobView> {
    if (this.#isStopping) throw stopping();
    const record: JobRecord = { ...job, id: arrival.id, created: Date.now(), state: "waiting", lives: 1 };
    await arrival.keep(record);
    this.#tell(this.#add(record), "taken");
    this.#pump();
    return viewOf(record, undefined);
  }

  /** Ends a job, and removes all there is of it. @throws Fault `no-such-job` */
  async remove(id: string): Promise<void> {
    await this.#forget(this.#entryOf(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    const left = this.#unfinished();
    for (const { abort } of left) abort.abort(new Stopping());
    await Promise.all(left.map(({ running }) => running));
  }

  #entryOf(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw noSuchJob();
    return entry;
  }

  #unfinished(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ record }) => !isOver(record));
  }

  #tell({ record: { id, name } }: Entry, kind: ServeEvent["kind"], more = ""): void {
    this.#init.options.onEvent({ job: id, kind, message: `${name}${more}` });
  }

  #add(record: JobRecord): Entry {
    const journal = createJournal(record.lives);
    const entry: Entry = { record, journal, abort: new AbortController() };
    journal.add(isOver(record) ? "end" : "state", viewOf(record, undefined));
    this.#entries.set(record.id, entry);
    return entry;
  }

  /** Takes on what an earlier service had. */
  async #goOn(record: JobRecord): Promise<void> {
    const next: JobRecord = {
      ...record,
      lives: record.lives + 1,
      ...(!isOver(record) && { state: "waiting" }),
    };
    if (!isOver(next)) await this.#init.store.save(next);
    const entry = this.#add(next);
    if (!isOver(next)) this.#tell(entry, "kept");
  }

  async #change(entry: Entry, more: Partial<JobRecord>): Promise<void> {
    const next = { ...entry.record, ...more };
    // what is not needed any more is not kept: a query may be a secret
    const record = next.url === undefined || !isOver(next) ? next : { ...next, url: withoutQuery(next.url) };
    await this.#init.store.save(record);
    entry.record = record;
    if (record.error) delete entry.progress;
    entry.journal.add(isOver(record) ? "end" : "state", viewOf(record, entry.progress));
    if (record.state === "working") this.#tell(entry, "begun");
    if (record.state === "done") this.#tell(entry, "done");
    if (record.error) this.#tell(entry, "failed", `: ${record.error.message} [${record.error.code}]`);
  }

  /** Begins what there is room for. */
  #pump(): void {
    if (this.#isStopping) return;
    const all = this.#unfinished();
    let free = this.#init.runner.slots - all.filter(({ running }) => running).length;
    for (const entry of all) {
      if (entry.running || entry.abort.signal.aborted || free <= 0) continue;
      free--;
      entry.running = this.#run(entry);
    }
  }

  async #run(entry: Entry): Promise<void> {
    try {
      await workOn(entry, this.#init, (more) => this.#change(entry, more));
    } catch (error) {
      // the disk takes nothing more: what is known in memory is told, so that nobody waits for ever
      entry.record = { ...entry.record, state: "failed", finished: Date.now(), error: toFault(error) };
      entry.journal.add("end", viewOf(entry.record, undefined));
      this.#tell(entry, "failed", `: ${toFault(error).message}`);
    } finally {
      delete entry.running;
      this.#pump();
      void this.#sweep().catch(() => undefined);
    }
  }

  async #forget(entry: Entry): Promise<void> {
    entry.abort.abort(new Cancelled());
    await entry.running;
    const { record, journal, progress } = entry;
    if (!isOver(record)) journal.add("end", { ...viewOf(record, progress), state: "cancelled" });
    this.#entries.delete(record.id);
    await this.#init.store.remove(record.id);
    this.#tell(entry, "removed");
  }

  /** Removes what was kept for long enough. */
  async #sweep(): Promise<void> {
    const { keepHours, maxKept } = this.#init.options;
    const over = [...this.#entries.values()]
      .filter(({ record, running }) => isOver(record) && !running)
      .sort((a, b) => b.record.finished! - a.record.finished!);
    const oldest = Date.now() - keepHours * 3_600_000;
    for (const [place, entry] of over.entries())
      if (place >= maxKept || entry.record.finished! < oldest) await this.#forget(entry);
  }
}

function noSuchJob(): Fault {
  return new Fault({
    code: "no-such-job",
    message: "There is no such job.",
    fix: "Check its id: GET /jobs lists them; a job that is over is kept for some time only.",
  });
}

function tooMany(most: number): Fault {
  return new Fault({
    code: "queue-overflow",
    message: `${most} jobs wait or are at work, which is the most.`,
    fix: "Send it again when one of them is over, or have the operator allow more (tatami serve --max-waiting).",
  });
}

function stopping(): Fault {
  return new Fault({
    code: "stopping",
    message: "The service is stopping, and takes no new jobs.",
    fix: "Send it again when it is back.",
  });
}
