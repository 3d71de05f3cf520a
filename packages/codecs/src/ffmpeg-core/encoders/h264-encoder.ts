/** H.264 for mediabunny by FFmpeg's core, in browsers whose WebCodecs has no encoder for it. */

import type { VideoCodec, VideoSample } from "mediabunny";
import { CustomVideoEncoder } from "mediabunny";
import { copyPlanes } from "../../picture/copy-planes.ts";
import { packI420 } from "../../picture/to-i420.ts";
import { webPictures } from "../../web-codecs/web-pictures.ts";
import type { CoreThread } from "../core/core-thread.ts";
import { startCoreThread } from "../core/core-thread.ts";
import type { PictureTimes } from "./h264-group.ts";
import { encodeGroup } from "./h264-group.ts";
import type { LoadedCore } from "../core/load-core.ts";

/** Bytes of pictures encoded together at most: they are held until then, and once more in the core. */
const groupBytes = 32 * 2 ** 20;
/** Pictures of a group at least, however large: each group begins with a key frame. */
const leastPictures = 8;

/** Makes the encoder class. Its core is started at the first group, and ended with the encoder. */
export function createH264Class(load: () => Promise<LoadedCore>): typeof CustomVideoEncoder {
  return class CoreH264Encoder extends CustomVideoEncoder {
    #thread: Promise<CoreThread> | undefined;
    #pictures: Uint8Array<ArrayBuffer> | undefined;
    #times: PictureTimes[] = [];

    static override supports(name: VideoCodec, config: VideoEncoderConfig): boolean {
      const { avc, bitrateMode, alpha, width, height } = config;
      return (
        name === "avc" &&
        avc?.format !== "annexb" &&
        bitrateMode !== "quantizer" &&
        alpha !== "keep" &&
        width % 2 === 0 &&
        height % 2 === 0
      );
    }

    override init(): void {}

    override async encode(sample: VideoSample, { keyFrame }: VideoEncoderEncodeOptions): Promise<void> {
      const bytes = this.#pictureBytes();
      const limit = Math.max(leastPictures, Math.floor(groupBytes / bytes));
      if (keyFrame === true || this.#times.length >= limit) await this.flush();
      this.#pictures ??= new Uint8Array(limit * bytes);
      const at = this.#times.length * bytes;
      const size = { width: sample.codedWidth, height: sample.codedHeight };
      const planes = await webPictures.read(sample, (picture) => copyPlanes(picture, size));
      this.#pictures.set(packI420(planes, false).data, at);
      this.#times.push({ timestamp: sample.timestamp, duration: sample.duration });
    }

    override async flush(): Promise<void> {
      const [pictures, times] = [this.#pictures, this.#times];
      if (!pictures || times.length === 0) return;
      this.#times = [];
      const { width, height, bitrate = 1_000_000, framerate = 30 } = this.config;
      this.#thread ??= load().then((core) => startCoreThread(core, undefined));
      const group = await encodeGroup(await this.#thread, {
        width,
        height,
        data: pictures.subarray(0, times.length * this.#pictureBytes()),
        times,
        bitrate,
        frameRate: framerate,
      });
      for (const packet of group.packets) this.onPacket(packet, { decoderConfig: group.config });
    }

    override async close(): Promise<void> {
      this.#pictures = undefined;
      const thread = this.#thread;
      this.#thread = undefined;
      await (await thread?.catch(() => undefined))?.[Symbol.asyncDispose]();
    }

    #pictureBytes(): number {
      return (this.config.width * this.config.height * 3) / 2;
    }
  };
}
