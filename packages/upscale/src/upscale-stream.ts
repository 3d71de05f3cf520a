/** The upscaler as a Web Stream: pictures written, larger pictures read, and nothing left open inside. */

import type { BoundedQueue, Frame, OptionRules, Picture } from "@tatami/core";
import { checkStrength, createBoundedQueue, integerRule } from "@tatami/core";
import { eitherUpscaler, upscalerRules } from "./option-rules.ts";
import type { Upscaler, UpscalerOptions } from "./options.ts";
import { resolveUpscalerOptions } from "./resolve-options.ts";
import { openUpscaler } from "./upscaler.ts";

/** How an {@link UpscaleStream} is bounded and ended. */
export interface UpscaleStreamLimits {
  /**
   * Pictures that may wait on each side: written and not yet enlarged (the one at work among them), and enlarged and
   * not yet read.
   * @defaultValue 2
   */
  readonly highWaterMark?: number;
  /** Of this stream's pictures, whatever it is of others who share the upscaler. @defaultValue the upscaler's */
  readonly strength?: number;
  /** Ends the stream: both sides fail with its reason, and everything inside is closed. */
  readonly signal?: AbortSignal;
}

const limitsRules: OptionRules<UpscaleStreamLimits> = {
  highWaterMark: integerRule(1, 1024),
  strength: upscalerRules.strength,
  signal: { kind: "signal" },
};

/**
 * Options of {@link UpscaleStream}: either those of an upscaler of its own, loaded with the first picture and disposed
 * of at the end, or an upscaler to share, which is left open.
 */
export type UpscaleStreamOptions = UpscaleStreamLimits &
  (UpscalerOptions | { readonly upscaler: Upscaler; readonly model?: never });

/**
 * Pictures in, as many larger ones out, in order: `readable.pipeThrough(new UpscaleStream({ model })).pipeTo(writable)`.
 *
 * It takes each picture that is written, and closes it; what is read is the reader's. Whatever ends it (the writable
 * aborted, the readable cancelled, an error of the upscaler or of the source, the signal), both sides fail with that
 * very reason and every picture inside is closed. A `TransformStream` would leave those in its queues open.
 *
 * Each picture goes through {@link Upscaler.frame}, one at a time, so that none waits for a later one. Patches are
 * reused from picture to picture; streams that share an upscaler share what it remembers, which costs reuse, not truth.
 */
export class UpscaleStream<P extends Picture = Frame> implements ReadableWritablePair<P, P> {
  readonly readable: ReadableStream<P>;
  readonly writable: WritableStream<P>;
  readonly #shared: Upscaler | undefined;
  readonly #load: () => Promise<Upscaler>;
  #strength: number | undefined;
  readonly #larger: BoundedQueue<P>;
  readonly #ends = new AbortController();
  #forget: () => void = () => {};
  /** Every picture written and not yet taken to be enlarged, those in the writable's own queue among them. */
  readonly #waiting = new Set<P>();
  #owned: Promise<Upscaler> | undefined;
  #working: Promise<unknown> = Promise.resolve();
  #released: Promise<void> | undefined;
  #allRead = false;
  #stopped: Promise<void> = Promise.resolve();
  #failReading: (reason: unknown) => void = () => {};
  #failWriting: (reason: unknown) => void = () => {};

  /** @throws TatamiError `invalid-option`. The engine's own errors come with the first picture. */
  constructor(options: UpscaleStreamOptions) {
    const { own, shared } = eitherUpscaler(options, limitsRules);
    const { highWaterMark = 2, strength, signal } = options;
    this.#strength = strength;
    this.#shared = shared;
    const resolved = own && resolveUpscalerOptions({ ...own, signal: this.#ends.signal });
    this.#load = () => openUpscaler(resolved!);
    this.#larger = createBoundedQueue<P>({
      name: "enlarged",
      capacity: highWaterMark,
      onDiscard: (picture) => picture.close(),
    });
    this.readable = this.#openReadable();
    this.writable = this.#openWritable(highWaterMark);
    const stop = (): void => this.#stop(signal!.reason);
    signal?.addEventListener("abort", stop, { once: true });
    this.#forget = () => signal?.removeEventListener("abort", stop);
    if (signal?.aborted) stop();
  }

  /** Sets the strength of pictures from the next one that is begun on. @throws TatamiError `invalid-option` beyond 0 to 1.5. */
  setStrength(strength: number): void {
    this.#strength = checkStrength("strength", strength);
  }

  /** Forgets what was kept from earlier pictures: after a seek. Of a shared upscaler, for all who share it. */
  async reset(): Promise<void> {
    await (await (this.#shared ?? this.#owned))?.reset();
  }

  /** Ends the stream where it has not been read to its end, and waits until everything inside is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#allRead) this.#stop(new DOMException("The stream was disposed of.", "AbortError"));
    await this.#release();
  }

  #openReadable(): ReadableStream<P> {
    const larger = this.#larger[Symbol.asyncIterator]();
    return new ReadableStream<P>(
      {
        start: (controller) => {
          this.#failReading = (reason) => controller.error(reason);
        },
        pull: async (controller) => {
          const next = await larger.next();
          if (next.done) {
            this.#allRead = true;
            this.#forget();
            controller.close();
          } else if (this.#ends.signal.aborted) next.value.close();
          else controller.enqueue(next.value);
        },
        cancel: async (reason) => {
          this.#stop(reason);
          await this.#release();
        },
      },
      // nothing is pulled before it is asked for, so the readable's own queue, which closes nothing, stays empty
      { highWaterMark: 0 },
    );
  }

  #openWritable(highWaterMark: number): WritableStream<P> {
    const waiting = this.#waiting;
    return new WritableStream<P>(
      {
        start: (controller) => {
          this.#failWriting = (reason) => controller.error(reason);
          // the sink's own abort is told only after the write under way, which may be waiting for a reader
          controller.signal.addEventListener("abort", () => this.#stop(controller.signal.reason, true));
        },
        write: async (picture) => {
          waiting.delete(picture);
          const working = this.#enlarge(picture);
          this.#working = working.catch(() => {});
          await working;
        },
        close: async () => {
          this.#larger.end();
          await this.#release();
        },
        abort: () => this.#release(),
      },
      {
        highWaterMark,
        // told of each picture as it is written: from here on it is ours, wherever the writable keeps it
        size: (picture) => {
          if (this.#ends.signal.aborted) picture!.close();
          else waiting.add(picture!);
          return 1;
        },
      },
    );
  }

  async #enlarge(picture: P): Promise<void> {
    const { signal } = this.#ends;
    if (signal.aborted) {
      picture.close();
      await this.#stopped;
      throw signal.reason;
    }
    try {
      const upscaler = await this.#upscalerFor(picture);
      const larger = await upscaler.frame(picture, { signal, strength: this.#strength });
      await this.#larger.push(larger);
    } catch (error) {
      this.#stop(error);
      await this.#stopped;
      throw signal.reason;
    }
  }

  async #upscalerFor(picture: P): Promise<Upscaler> {
    try {
      return this.#shared ?? (await (this.#owned ??= this.#load()));
    } catch (error) {
      picture.close();
      throw error;
    }
  }

  #stop(reason: unknown, writableKnows = false): void {
    if (this.#ends.signal.aborted) return;
    this.#ends.abort(reason);
    // an abort without a reason is given one
    const { reason: told } = this.#ends.signal as { reason: unknown };
    this.#forget();
    this.#larger.destroy(told);
    for (const picture of this.#waiting) picture.close();
    this.#waiting.clear();
    this.#failReading(told);
    // Not in this turn: a picture that a pipe has read and not yet written would be lost on its way, for a writable that
    // has failed asks no size of it. Until then it is taken, and closed.
    this.#stopped = this.#tellWriter(writableKnows ? () => {} : () => this.#failWriting(told));
    void this.#release();
  }

  async #tellWriter(tell: () => void): Promise<void> {
    await nextTurn();
    tell();
  }

  #release(): Promise<void> {
    this.#released ??= this.#free();
    return this.#released;
  }

  async #free(): Promise<void> {
    await this.#working;
    await this.#stopped;
    const owned = await this.#owned?.catch(() => undefined);
    await owned?.[Symbol.asyncDispose]();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
