/** What belongs to one network or one frame size on a device, and goes with it. */

import { bufferUsage } from "./usage.ts";

/** Buffers and other things of a device; all of them go in one. */
export interface OwnedResources {
  own<T extends GPUBuffer | Disposable>(resource: T): T;
  /** A buffer of so many bytes or a few more. @param usage storage when left out */
  create(label: string, bytes: number, usage?: number): GPUBuffer;
  /** A buffer that holds these bytes. */
  upload(label: string, data: ArrayBuffer, usage: number): GPUBuffer;
  /** The last one first. */
  release(): void;
}

/** Nothing yet. */
export function ownResources(device: GPUDevice): OwnedResources {
  const owned: (GPUBuffer | Disposable)[] = [];
  const own = <T extends GPUBuffer | Disposable>(resource: T): T => {
    owned.push(resource);
    return resource;
  };
  const create = (label: string, bytes: number, usage: number = bufferUsage.storage): GPUBuffer =>
    own(device.createBuffer({ label, size: Math.ceil(bytes / 16) * 16, usage }));
  return {
    own,
    create,
    upload(label, data, usage) {
      const buffer = create(label, data.byteLength, usage | bufferUsage.copyTarget);
      device.queue.writeBuffer(buffer, 0, data);
      return buffer;
    },
    release() {
      for (const each of owned.toReversed())
        if ("destroy" in each) each.destroy();
        else each[Symbol.dispose]();
    },
  };
}
