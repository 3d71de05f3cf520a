/** What the operators have in common: one work at a time, in order, and nothing left open whatever ends it. */

import type { Picture, ResolvedOverflow } from "@tatami/core";
import { abortable, createFrameQueue, throwIfAborted } from "@tatami/core";
import type { OperatorFunction } from "rxjs";
import { Observable, Subject, takeUntil } from "rxjs";

/** The work of one subscription. */
export interface Work<In extends Picture, Out> {
  /** Takes a frame and answers for closing it. What it gives is emitted; nothing when there is nothing to emit. */
  take(picture: In, signal: AbortSignal): Promise<Out | undefined>;
  /** After the last frame of a source that completed. */
  finish?(signal: AbortSignal): Promise<Out | undefined>;
  /** Frees what the work holds; called once, whatever ended it. */
  close(): Promise<void>;
}

/** What {@link inOrder} is made of. */
export interface InOrderOptions<In extends Picture, Out> {
  /** The operator, as errors call it. */
  readonly name: string;
  readonly overflow: ResolvedOverflow;
  /** Begins the work of one subscription, once for each. */
  readonly open: (signal: AbortSignal) => Promise<Work<In, Out>>;
  /** Frees a result that nobody wants any more. */
  readonly discard: (result: Out) => void;
}

/**
 * An operator that works on one frame after another. Frames wait in a bounded queue; the source's end, good or bad,
 * is told after the frames before it. An error, of the work or of the queue, is told once everything inside is closed
 * and the source is unsubscribed from; unsubscribing aborts the work under way and closes the same.
 */
export function inOrder<In extends Picture, Out>(
  options: InOrderOptions<In, Out>,
): OperatorFunction<In, Out> {
  const { name, overflow, discard } = options;
  return (source) =>
    new Observable<Out>((destination) => {
      const queue = createFrameQueue<In>({ name, ...overflow });
      const controller = new AbortController();
      const { signal } = controller;
      const stopped = new Subject<void>();
      const stop = (reason: unknown): void => {
        controller.abort(reason);
        queue.destroy(signal.reason);
        stopped.next();
      };
      const emit = (result: Out | undefined): void => {
        if (result === undefined) return;
        if (!signal.aborted) return destination.next(result);
        discard(result);
        throw signal.reason;
      };
      const run = async (): Promise<void> => {
        const work = await openUnlessAborted(options.open, signal);
        let failure: { readonly error: unknown } | undefined;
        try {
          for (let picture = await queue.next(); picture; picture = await queue.next()) {
            if (signal.aborted) picture.close();
            throwIfAborted(signal);
            emit(await work.take(picture, signal));
          }
          emit(await work.finish?.(signal));
        } catch (error) {
          failure = { error };
          stop(error);
        }
        try {
          await work.close();
        } catch (error) {
          failure ??= { error };
        }
        if (failure) throw failure.error;
      };

      const onAbort = (): void => stop(overflow.signal?.reason);
      if (overflow.signal?.aborted) onAbort();
      else overflow.signal?.addEventListener("abort", onAbort, { once: true });
      destination.add(() => {
        overflow.signal?.removeEventListener("abort", onAbort);
        stop(new DOMException(`${name} was unsubscribed from.`, "AbortError"));
      });
      run().then(
        () => destination.complete(),
        (error: unknown) => {
          stop(error);
          // whatever an abort made fail, its reason is what happened first
          destination.error(signal.reason);
        },
      );
      // a source that emits while it is subscribed to can be left by a notifier, not by a subscription still to come
      source.pipe(takeUntil(stopped)).subscribe({
        next: (picture) => {
          try {
            queue.push(picture);
          } catch (error) {
            stop(error);
          }
        },
        error: (error: unknown) => queue.end({ error }),
        complete: () => queue.end(),
      });
    });
}

// Opening may take long and heed no signal: then it is left to itself, and closed when it is done.
async function openUnlessAborted<In extends Picture, Out>(
  open: InOrderOptions<In, Out>["open"],
  signal: AbortSignal,
): Promise<Work<In, Out>> {
  const opening = open(signal);
  try {
    return await abortable(opening, signal);
  } catch (error) {
    opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  }
}
