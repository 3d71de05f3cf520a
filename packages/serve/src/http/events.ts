/** A job's events as they happen: https://html.spec.whatwg.org/multipage/server-sent-events.html. */

import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { FoundJob } from "../jobs/jobs.ts";

/** Milliseconds between signs of life, so that nobody on the way takes the connection for dead. */
const beat = 15_000;
/** Milliseconds after which a client is to connect again. */
const retry = 2000;

/** @param over aborts when the service stops */
export function sendEvents(context: Context, { journal }: FoundJob, over: AbortSignal): Response {
  let last = context.req.header("last-event-id");
  const [next] = journal.after(last).slice(-1);
  // a client that has seen the end is told not to come again
  if (!next && journal.after(undefined).at(-1)?.event === "end") return context.body(null, 204);
  context.header("X-Accel-Buffering", "no");
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, over]);
    const timer = setInterval(() => void stream.write(": still here\n\n"), beat);
    try {
      await stream.write(`retry: ${retry}\n\n`);
      while (!signal.aborted) {
        const [event] = journal.after(last);
        if (!event) {
          await journal.more(signal);
          continue;
        }
        last = event.id;
        await stream.writeSSE({ id: event.id, event: event.event, data: JSON.stringify(event.job) });
        if (event.event === "end") return;
      }
    } finally {
      clearInterval(timer);
    }
  });
}
