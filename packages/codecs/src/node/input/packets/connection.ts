/** One opened input of FFmpeg's, which can be stopped while it waits for a server that says nothing. */

import { abortable, throwIfAborted } from "@tatami/core";
import type { FormatContext } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import type { Address } from "../address.ts";
import { createByteReader } from "./byte-reader.ts";
import { explainOpening } from "../errors.ts";

/** Milliseconds a server has for saying what it sends. */
const patience = 20_000;

/** An open input. To be closed once no call on its context is under way. */
export interface Connection {
  readonly context: FormatContext;
  /** Makes a call that waits return at once; nothing can be read after it. */
  interrupt(): void;
  close(): Promise<void>;
}

/**
 * Opens an address and finds out what streams it has.
 *
 * @param isKnown whether an earlier connection found that out: then no more than the headers is read.
 * @throws TatamiError `input-not-found`, `unsupported-container`; `signal.reason` within moments of an abort.
 */
export async function connect(
  nodeAv: NodeAv,
  address: Address,
  signal?: AbortSignal,
  isKnown = false,
): Promise<Connection> {
  throwIfAborted(signal);
  const context = new nodeAv.FormatContext();
  // Allocated before it is opened: only then can opening be interrupted.
  context.allocContext();
  const reader = address.bytes ? createByteReader(nodeAv, address.bytes) : undefined;
  if (reader) context.pb = reader.context;
  const connection: Connection = {
    context,
    interrupt: () => {
      context.interrupt();
      reader?.stop();
    },
    close: async () => {
      connection.interrupt();
      await context.closeInput();
      await reader?.close();
    },
  };
  const opening = openContext(nodeAv, context, address, isKnown);
  const watch = address.remote ? setTimeout(() => connection.interrupt(), patience) : undefined;
  try {
    await abortable(opening, signal);
    return connection;
  } catch (error) {
    connection.interrupt();
    await opening.catch(() => undefined);
    await connection.close();
    throw error;
  } finally {
    clearTimeout(watch);
  }
}

async function openContext(
  nodeAv: NodeAv,
  context: FormatContext,
  address: Address,
  isKnown: boolean,
): Promise<void> {
  const demuxer = address.demuxer === undefined ? null : nodeAv.InputFormat.findInputFormat(address.demuxer);
  using options = nodeAv.Dictionary.fromObject({ ...address.options });
  const opened = await context.openInput(address.url, demuxer, options);
  if (opened < 0) throw explainOpening(nodeAv, opened, address.name, address.remote);
  if (isKnown) return;
  const found = await context.findStreamInfo();
  if (found < 0) throw explainOpening(nodeAv, found, address.name, address.remote);
}
