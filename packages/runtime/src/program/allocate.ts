/** Addresses for everything: pictures and floats that are not needed at the same time share memory. */

import type { FlatLayout, Span } from "@tatami/graph";
import type { Fields } from "@tatami/kernels";
import { listFields, planeLayout } from "@tatami/kernels";
import type { Argument, Instruction, Reference } from "./instruction.ts";
import type { Call, ImagePart, Region } from "./plan.ts";
import type { FlatForm, PlaneForm, Storage } from "./storage.ts";
import { borderOf, rowStride } from "./view.ts";

/** Where things are. */
export interface Addresses {
  region(storages: readonly Storage[], shapes: readonly (readonly number[])[]): Region;
  /** Gives a storage a place of its own, for good. */
  place(storage: Storage): void;
  /** Has these words at an address from the beginning. */
  writeAt(address: number, words: Float32Array): void;
  /** Gives temporary storages places while they are needed, and makes calls of instructions. */
  assign(instructions: readonly Instruction[]): readonly Call[];
  addressOf(storage: Storage): number;
  readonly image: readonly ImagePart[];
  end(): number;
}

/** Words of which equal ones are written once. */
const longestShared = 64;
/** Bytes that every place begins at a multiple of. */
const alignment = 64;

/** Memory from `base` on, for pictures with borders of this radius. */
export function createAddresses(base: number, radius: number): Addresses {
  const room = createRoom(base);
  const places = createPlaces(room, radius);
  const toCall = createLinker(room, places, radius);
  return {
    image: room.image,
    addressOf: (storage) => places.slotOf(storage).address,
    writeAt: (address, words) => void room.image.push({ address, words }),
    place: places.place,
    region(storages, shapes) {
      const start = room.end();
      let next = 0;
      const spans = storages.map((storage, at): Span => {
        const { count } = storage.form as FlatForm;
        const span = { name: storage.name ?? `${at}`, shape: shapes[at]!, start: next, count };
        places.placeAt(storage, start + next * 4);
        next = Math.ceil((next + count) / 4) * 4;
        return span;
      });
      room.take(next);
      const layout: FlatLayout = { spans, count: next };
      return { start, layout };
    },
    assign(instructions) {
      const last = new Map<Storage, number>();
      instructions.forEach(({ touches }, index) => touches.forEach((each) => last.set(each, index)));
      return instructions.flatMap((each, index) => {
        const ending = each.touches.filter(
          (storage) => storage.lifetime === "temporary" && last.get(storage) === index,
        );
        const inherited = places.placeAll(each, ending);
        // what lies in its source's place need not be copied there
        const calls = inherited && each.kernel === "copyPlane" ? [] : [toCall(each)];
        places.release(ending, ending.includes(each.writes) ? undefined : inherited);
        return calls;
      });
    },
    end: room.end,
  };
}

/** Memory that only grows, and the words that are in it from the beginning. */
interface Room {
  readonly image: ImagePart[];
  /** Address of new floats. */
  take(floats: number): number;
  /** Address of these words. Short ones are written once. */
  write(words: Int32Array | Float32Array): number;
  end(): number;
}

function createRoom(base: number): Room {
  let top = align(base);
  const image: ImagePart[] = [];
  const tables = new Map<string, number>();
  const take = (floats: number): number => {
    const address = top;
    top = align(address + floats * 4);
    return address;
  };
  return {
    image,
    take,
    write(words) {
      const key = words.length > longestShared ? undefined : `${words.constructor.name} ${words.join()}`;
      const known = key === undefined ? undefined : tables.get(key);
      if (known !== undefined) return known;
      const address = take(words.length);
      image.push({ address, words });
      if (key !== undefined) tables.set(key, address);
      return address;
    },
    end: () => top,
  };
}

/** A place that storages of one form take turns in. */
interface Slot {
  readonly address: number;
  readonly form: string;
}

/** Who is where, and which places are free. */
interface Places {
  slotOf(storage: Storage): Slot;
  /** Gives a storage a place, which others had before where it is temporary. */
  place(storage: Storage): void;
  /** Gives it a place inside a region. */
  placeAt(storage: Storage, address: number): void;
  /**
   * Gives what an instruction touches places, where it has none yet. What it writes may inherit that of something that
   * ends with it: that place, if it did.
   */
  placeAll(instruction: Instruction, ending: readonly Storage[]): Slot | undefined;
  /** Frees the places of what ended. @param kept but this one */
  release(ended: readonly Storage[], kept: Slot | undefined): void;
}

function createPlaces(room: Room, radius: number): Places {
  const slots = new Map<Storage, Slot>();
  const free = new Map<string, Slot[]>();
  const slotOf = (storage: Storage): Slot => {
    const slot = slots.get(storage);
    if (!slot) throw new TypeError("A storage is used before it is written.");
    return slot;
  };
  const place = (storage: Storage): void => {
    const form = formKey(storage.form);
    // what is kept for good begins as zeros, which memory that was used before is not
    const used = storage.lifetime === "temporary" ? free.get(form)?.pop() : undefined;
    slots.set(storage, used ?? { address: room.take(floatsOf(storage.form, radius)), form });
  };
  return {
    slotOf,
    place,
    placeAt: (storage, address) => void slots.set(storage, { address, form: formKey(storage.form) }),
    placeAll({ touches, writes, reuse }, ending) {
      let inherited: Slot | undefined;
      for (const storage of touches) {
        if (slots.has(storage)) continue;
        const form = formKey(storage.form);
        const before =
          storage === writes &&
          reuse.find((other) => ending.includes(other) && slots.get(other)?.form === form);
        if (before) {
          inherited = slotOf(before);
          slots.set(storage, inherited);
        } else place(storage);
      }
      return inherited;
    },
    release(ended, kept) {
      const freed = new Set(ended.map(slotOf));
      if (kept) freed.delete(kept);
      for (const slot of freed) {
        const list = free.get(slot.form) ?? [];
        list.push(slot);
        free.set(slot.form, list);
      }
    },
  };
}

/** Makes calls of instructions whose storages have places; what calls are told of pictures is written into memory. */
function createLinker(room: Room, { slotOf }: Places, radius: number): (instruction: Instruction) => Call {
  const firstFloat = (storage: Storage): number => {
    const { form } = storage;
    const { address } = slotOf(storage);
    if (form.kind === "flat") return address;
    const { left, top: above } = borderOf(radius);
    return address + (above * rowStride(form, radius) + left * form.lanes) * 4;
  };
  const describe = (storage: Storage): number => {
    const { form } = storage;
    const interior = firstFloat(storage);
    const writePlane = (fields: Omit<Fields<typeof planeLayout>, "interior">): number =>
      room.write(Int32Array.from(listFields(planeLayout, { interior, ...fields })));
    if (form.kind === "flat")
      return writePlane({ stride: form.count * 4, pixel: 4, width: form.count, height: 1 });
    const { width, height, lanes } = form;
    return writePlane({ stride: rowStride(form, radius) * 4, pixel: lanes * 4, width, height });
  };
  const resolveReference = ({ storage, as, offset = 0 }: Reference): number =>
    as === "plane" ? describe(storage) : firstFloat(storage) + offset * 4;
  const resolveArgument = (argument: Argument): number => {
    if (typeof argument === "number") return argument;
    if (!("table" in argument)) return resolveReference(argument);
    return room.write(
      Int32Array.from(argument.table, (each) => (typeof each === "number" ? each : resolveReference(each))),
    );
  };
  return ({ kernel, args }) => ({ kernel, args: args.map(resolveArgument) });
}

function formKey(form: PlaneForm | FlatForm): string {
  return form.kind === "flat" ? `${align(form.count * 4)}` : `${form.width}×${form.height}×${form.lanes}`;
}

function floatsOf(form: PlaneForm | FlatForm, radius: number): number {
  if (form.kind === "flat") return Math.max(4, form.count);
  const { top, bottom } = borderOf(radius);
  return rowStride(form, radius) * (top + form.height + bottom);
}

function align(address: number): number {
  return Math.ceil(address / alignment) * alignment;
}
