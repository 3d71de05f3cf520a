/**
 * A streaming server on this machine: the handshake of RTMP, the three commands a player gives, and then the tags of an
 * FLV file as messages, again and again.
 * Source: Adobe's Real Time Messaging Protocol, sections 5.2 (handshake), 5.3 (chunks) and 7.2 (commands); AMF 0.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A running server. */
export interface RtmpServer extends AsyncDisposable {
  readonly url: string;
  /** Players that began to play, so far. */
  readonly plays: number;
  /** Breaks every connection off, without a word. */
  drop(): void;
}

interface Tag {
  readonly type: number;
  /** Milliseconds. */
  readonly time: number;
  readonly data: Buffer;
}

/** Serves an FLV file. */
export async function startRtmpServer(flv: string): Promise<RtmpServer> {
  const tags = readTags(await readFile(flv));
  const sockets = new Set<Socket>();
  let plays = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, tags, () => ++plays);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}/live/stream`,
    get plays() {
      return plays;
    },
    drop,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

const handshakeBytes = 1536;

/** Larger than any message here, so that none has to be split. */
const chunkSize = 2 ** 20;

function serve(socket: Socket, tags: readonly Tag[], onPlay: () => void): void {
  let received = Buffer.alloc(0);
  let greeted = false;
  const answered = new Set<string>();
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    if (!greeted && received.length > handshakeBytes) {
      greeted = true;
      // version 3, a handshake of zeros (which asks for no digest), and the player's own back
      const own = Buffer.alloc(handshakeBytes);
      socket.write(Buffer.concat([Buffer.from([3]), own, received.subarray(1, 1 + handshakeBytes)]));
    }
    // Commands begin with their name and their number, whatever chunks the rest is split into.
    for (const name of ["connect", "createStream", "play"]) {
      const at = received.indexOf(amf(name));
      const number = at + amf(name).length;
      if (at < 0 || answered.has(name) || received.length < number + 9) continue;
      answered.add(name);
      answer(socket, name, received.readDoubleBE(number + 1));
      if (name !== "play") continue;
      onPlay();
      void play(socket, tags);
    }
  });
}

function answer(socket: Socket, name: string, number: number): void {
  const status = (code: string): Buffer => amf({ level: "status", code });
  if (name === "connect") {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(chunkSize);
    send(socket, 1, 0, size, 0);
    const success = status("NetConnection.Connect.Success");
    send(socket, 20, 0, Buffer.concat([amf("_result"), amf(number), amf(null), success]), 0);
  } else if (name === "createStream") {
    send(socket, 20, 0, Buffer.concat([amf("_result"), amf(number), amf(null), amf(1)]), 0);
  } else {
    const started = status("NetStream.Play.Start");
    send(socket, 20, 0, Buffer.concat([amf("onStatus"), amf(0), amf(null), started]), 1);
  }
}

/** One message as one chunk with a full header. */
function send(socket: Socket, type: number, time: number, data: Buffer, stream: number): void {
  const header = Buffer.alloc(12);
  header[0] = type === 1 ? 2 : 3;
  header.writeUIntBE(time, 1, 3);
  header.writeUIntBE(data.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(stream, 8);
  if (!socket.destroyed) socket.write(Buffer.concat([header, data]));
}

/** Sends the tags at about four times their speed, until the player goes. */
async function play(socket: Socket, tags: readonly Tag[]): Promise<void> {
  const length = (tags.at(-1)?.time ?? 0) + 40;
  for (let loop = 0; !socket.destroyed; loop++) {
    for (const { type, time, data } of tags) {
      if (socket.destroyed) return;
      // no metadata, which would state the file's length; and what decoders need once is sent once
      if (type === 18 || (loop > 0 && data[1] === 0)) continue;
      send(socket, type, loop * length + time, data, 1);
      await wait(5);
    }
  }
}

/** Values as AMF 0 writes them. */
function amf(value: string | number | null | Readonly<Record<string, string>>): Buffer {
  if (value === null) return Buffer.from([5]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") return Buffer.concat([Buffer.from([2]), sized(value)]);
  const fields = Object.entries(value).flatMap(([name, field]) => [sized(name), amf(field)]);
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])]);
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(`  ${text}`);
  bytes.writeUInt16BE(bytes.length - 2);
  return bytes;
}

/** The tags of an FLV file: nine bytes of header, then each with its size before and after. */
function readTags(flv: Buffer): readonly Tag[] {
  const tags: Tag[] = [];
  for (let at = 13; at + 11 < flv.length;) {
    const size = flv.readUIntBE(at + 1, 3);
    const time = flv.readUIntBE(at + 4, 3);
    tags.push({ type: flv[at] ?? 0, time, data: flv.subarray(at + 11, at + 11 + size) });
    at += 11 + size + 4;
  }
  return tags;
}
