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

/** A place that storages of one form take turns in. */
interface Slot {
  readonly address: number;
  readonly form: string;
}

/** Words of which equal ones are written once. */
const longestShared = 64;
/** Bytes that every place begins at a multiple of. */
const alignment = 64;

/** Memory from `base` on, for pictures with borders of this radius. */
export function createAddresses(base: number, radius: number): Addresses {
  let top = align(base);
  const slots = new Map<Storage, Slot>();
  const free = new Map<string, Slot[]>();
  const image: ImagePart[] = [];
  const tables = new Map<string, number>();

  const take = (floats: number): number => {
    const address = top;
    top = align(address + floats * 4);
    return address;
  };
  const addressOf = (storage: Storage): number => {
    const slot = slots.get(storage);
    if (!slot) throw new TypeError("A storage is used before it is written.");
    return slot.address;
  };
  const write = (words: Int32Array | Float32Array): number => {
    const key = words.length > longestShared ? undefined : `${words.constructor.name} ${words.join()}`;
    const known = key === undefined ? undefined : tables.get(key);
    if (known !== undefined) return known;
    const address = take(words.length);
    image.push({ address, words });
    if (key !== undefined) tables.set(key, address);
    return address;
  };
  const firstFloat = (storage: Storage): number => {
    const { form } = storage;
    if (form.kind === "flat") return addressOf(storage);
    const { left, top: above } = borderOf(radius);
    return addressOf(storage) + (above * rowStride(form, radius) + left * form.lanes) * 4;
  };
  const describe = (storage: Storage): number => {
    const { form } = storage;
    const interior = firstFloat(storage);
    const writePlane = (fields: Omit<Fields<typeof planeLayout>, "interior">): number =>
      write(Int32Array.from(listFields(planeLayout, { interior, ...fields })));
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
    return write(
      Int32Array.from(argument.table, (each) => (typeof each === "number" ? each : resolveReference(each))),
    );
  };
  const toCall = ({ kernel, args }: Instruction): Call => ({ kernel, args: args.map(resolveArgument) });

  const release = (slot: Slot): void => {
    const list = free.get(slot.form) ?? [];
    list.push(slot);
    free.set(slot.form, list);
  };
  const place = (storage: Storage): void => {
    const form = formKey(storage.form);
    // what is kept for good begins as zeros, which memory that was used before is not
    const used = storage.lifetime === "temporary" ? free.get(form)?.pop() : undefined;
    slots.set(storage, used ?? { address: take(floatsOf(storage.form, radius)), form });
  };

  return {
    image,
    addressOf,
    writeAt: (address, words) => void image.push({ address, words }),
    place,
    region(storages, shapes) {
      const start = top;
      let next = 0;
      const spans = storages.map((storage, at): Span => {
        const { count } = storage.form as FlatForm;
        const span = { name: storage.name ?? `${at}`, shape: shapes[at]!, start: next, count };
        slots.set(storage, { address: start + next * 4, form: formKey(storage.form) });
        next = Math.ceil((next + count) / 4) * 4;
        return span;
      });
      take(next);
      const layout: FlatLayout = { spans, count: next };
      return { start, layout };
    },
    assign(instructions) {
      const last = new Map<Storage, number>();
      instructions.forEach(({ touches }, index) => touches.forEach((each) => last.set(each, index)));
      const calls: Call[] = [];
      for (const [index, each] of instructions.entries()) {
        const ending = each.touches.filter(
          (storage) => storage.lifetime === "temporary" && last.get(storage) === index,
        );
        let handedOn: Slot | undefined;
        for (const storage of each.touches) {
          if (slots.has(storage)) continue;
          const form = formKey(storage.form);
          const heir =
            storage === each.writes &&
            each.reuse.find((other) => ending.includes(other) && slots.get(other)?.form === form);
          if (heir) {
            handedOn = slots.get(heir)!;
            slots.set(storage, handedOn);
          } else place(storage);
        }
        const moved = each.kernel === "copyPlane" && handedOn !== undefined;
        if (!moved) calls.push(toCall(each));
        const ended = new Set(ending.map((storage) => slots.get(storage)!));
        if (handedOn && !ending.includes(each.writes)) ended.delete(handedOn);
        ended.forEach(release);
      }
      return calls;
    },
    end: () => top,
  };
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
