/** What an opened input holds behind its description. */

import type { MediaDescription, OpenOptions } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Packages } from "../packages.ts";
import type { Address } from "./address.ts";
import { connect } from "./connection.ts";
import type { Demuxer } from "./demuxer.ts";
import { createDemuxer } from "./demuxer.ts";
import { createPacketSource } from "./packet-source.ts";

/** An opened input. */
export interface Media {
  readonly packages: Packages;
  readonly options: OpenOptions;
  readonly description: MediaDescription;
  /** The number of the stream whose pictures are read. */
  readonly video: number;
  /** Numbers of the streams whose sound is read. */
  readonly audio: readonly number[];
  /** Gives packets of one stream, to one reader. */
  readonly access: StreamAccess;
}

/** Packets of an input for one reader of it; disposing of it leaves others' alone. */
export interface Reading extends AsyncDisposable {
  readonly demuxer: Demuxer;
  /** Whether it began at the start of the input, and can be sent elsewhere. */
  readonly seekable: boolean;
}

/** How readers come to packets. Disposing of it closes all that is open. */
export interface StreamAccess extends AsyncDisposable {
  /**
   * Inputs that can be opened again give every reader a connection of its own, so that picture and sound may lie any
   * distance apart; of the others all read one connection, from where it is.
   */
  read(stream: number, signal?: AbortSignal): Promise<Reading>;
}

/** @param first the demuxer the input was looked at with; it is owned from here on. */
export async function createStreamAccess(
  packages: Packages,
  address: Address,
  first: Demuxer,
): Promise<StreamAccess> {
  const { nodeAv } = packages;
  const open = new Set<Demuxer>([first]);
  let closed = false;
  if (address.seekable) {
    open.delete(first);
    await first[Symbol.asyncDispose]();
  }
  return {
    read: async (stream, signal) => {
      if (closed) throw closedInput(address);
      if (!address.seekable) {
        first.keep(stream);
        return { demuxer: first, seekable: false, [Symbol.asyncDispose]: async () => undefined };
      }
      const demuxer = createDemuxer(
        nodeAv,
        createPacketSource(nodeAv, await connect(nodeAv, address, signal)),
      );
      if (closed) {
        await demuxer[Symbol.asyncDispose]();
        throw closedInput(address);
      }
      open.add(demuxer);
      demuxer.keep(stream);
      return {
        demuxer,
        seekable: true,
        [Symbol.asyncDispose]: async () => {
          open.delete(demuxer);
          await demuxer[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await Promise.all([...open].map((demuxer) => demuxer[Symbol.asyncDispose]()));
    },
  };
}

function closedInput({ name }: Address): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `${name} was closed before it was read.`,
    fix: "Dispose of a reader once all that was asked of it has ended.",
  });
}
