/**
 * A camera on this machine: the few requests of RTSP that a player makes, answered with a clip's packets over the same
 * connection, again and again. FFmpeg's own muxer makes the RTP of them.
 */

import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import * as nodeAv from "node-av";
import { check, copyStream, openClip } from "./remux.ts";

/** A running server. */
export interface RtspServer extends AsyncDisposable {
  readonly url: string;
  /** Players that began to play, so far. */
  readonly plays: number;
  /** Breaks every connection off, without a word. */
  drop(): void;
}

/** Serves a clip. @param port 0 for any that is free. */
export async function startRtspServer(clip: string, port = 0): Promise<RtspServer> {
  const sockets = new Set<Socket>();
  let plays = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, clip, () => ++plays);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
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

function serve(socket: Socket, clip: string, onPlay: () => void): void {
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      const request = text.slice(0, end);
      text = text.slice(end + 4);
      void answer(socket, clip, request, onPlay).catch(() => socket.destroy());
    }
  });
}

async function answer(socket: Socket, clip: string, request: string, onPlay: () => void): Promise<void> {
  const [method = "", url = ""] = request.split(" ");
  const header = (name: string): string =>
    new RegExp(`^${name}: *(.*)$`, "im").exec(request)?.[1]?.trim() ?? "";
  const reply = (headers: readonly string[], body = ""): void => {
    const lines = ["RTSP/1.0 200 OK", `CSeq: ${header("CSeq")}`, "Session: 1", ...headers];
    if (body !== "") lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  };
  switch (method) {
    case "OPTIONS":
      return reply(["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"]);
    case "DESCRIBE":
      return reply(["Content-Type: application/sdp", `Content-Base: ${url}/`], await describe(clip));
    case "SETUP":
      return reply([`Transport: ${header("Transport")}`]);
    case "PLAY":
      reply([]);
      onPlay();
      return play(socket, clip);
    default:
      return reply([]);
  }
}

/** The session's description, as FFmpeg writes it; each stream goes by its number. */
async function describe(clip: string): Promise<string> {
  await using input = new nodeAv.FormatContext();
  await openClip(input, clip);
  const outputs = input.streams.map((stream) => openRtp(stream, () => undefined).output);
  const description = nodeAv.avSdpCreate(outputs) ?? "";
  let number = 0;
  return description
    .replaceAll("\n", "\r\n")
    .replaceAll("\r\r", "\r")
    .replaceAll(/^m=.*\r\n/gm, (line) => `${line}a=control:${number++}\r\n`);
}

/** Sends the clip over and over at four times its speed, its time going on, until the player goes. */
async function play(socket: Socket, clip: string): Promise<void> {
  let loop = 0;
  const channels: { output: nodeAv.FormatContext; stream: nodeAv.Stream }[] = [];
  for (; !socket.destroyed; loop++) {
    await using input = new nodeAv.FormatContext();
    await openClip(input, clip);
    const seconds = Math.ceil(Number(input.duration) / nodeAv.AV_TIME_BASE);
    if (channels.length === 0) {
      for (const [index, stream] of input.streams.entries()) {
        // RTP goes on the even channels, its reports on the odd ones
        const channel = openRtp(stream, (data) => {
          const isReport = (data[1] ?? 0) >= 200 && (data[1] ?? 0) <= 204;
          const head = Buffer.from([0x24, 2 * index + (isReport ? 1 : 0), 0, 0]);
          head.writeUInt16BE(data.length, 2);
          if (!socket.destroyed) socket.write(Buffer.concat([head, data]));
        });
        check(await channel.output.writeHeader());
        channels.push(channel);
      }
    }
    using packet = new nodeAv.Packet();
    packet.alloc();
    while (!socket.destroyed && (await input.readFrame(packet)) >= 0) {
      const [source, channel] = [input.streams[packet.streamIndex], channels[packet.streamIndex]];
      if (!source || !channel) continue;
      const shift = BigInt(Math.round((loop * seconds * source.timeBase.den) / source.timeBase.num));
      packet.pts += shift;
      packet.dts += shift;
      packet.streamIndex = 0;
      packet.rescaleTs(source.timeBase, channel.stream.timeBase);
      check(await channel.output.writeFrame(packet));
      packet.unref();
      await wait(5);
    }
  }
}

/** A muxer of RTP for one stream, which hands over a packet at a time. */
function openRtp(
  from: nodeAv.Stream,
  send: (data: Buffer) => void,
): { output: nodeAv.FormatContext; stream: nodeAv.Stream } {
  const output = new nodeAv.FormatContext();
  check(output.allocOutputContext2(null, "rtp", "rtp://127.0.0.1:0"));
  const stream = copyStream(from, output);
  const bytes = new nodeAv.IOContext();
  bytes.allocContextWithCallbacks(1472, 1, null, (data) => send(Buffer.from(data)), null);
  bytes.maxPacketSize = 1472;
  output.pb = bytes;
  return { output, stream };
}
