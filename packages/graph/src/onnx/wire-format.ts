/**
 * Protocol buffer messages as plain objects, by field table. Built on protobufjs's reader and writer
 * alone: its reflection compiles code at run time, which pages with a strict content security policy forbid.
 */

import protobuf from "protobufjs/minimal.js";

/** A field of a message. Whole numbers are varints; lists of numbers are read packed or not. */
export interface Field {
  readonly number: number;
  readonly kind: "integer" | "float" | "string" | "bytes" | "message";
  readonly repeated?: boolean;
  /** The fields of a `message`. */
  readonly fields?: MessageFields;
}

/** A message's fields, by name. Fields that are not in it are skipped when read. */
export type MessageFields = Readonly<Record<string, Field>>;

/** The bytes of a message. Fields that are undefined are left out. */
export function encodeMessage(fields: MessageFields, message: object): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(writer, fields, message);
  return writer.finish();
}

/** The message in the bytes. Absent fields are absent, absent lists empty. @throws RangeError when cut short. */
export function decodeMessage(fields: MessageFields, bytes: Uint8Array): object {
  return readMessage(protobuf.Reader.create(bytes), fields, bytes.length);
}

function writeMessage(writer: protobuf.Writer, fields: MessageFields, message: object): void {
  const values = message as Readonly<Record<string, unknown>>;
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    const list = field.repeated ? ((value ?? []) as readonly unknown[]) : value === undefined ? [] : [value];
    for (const each of list) {
      writer.uint32((field.number << 3) | wireType(field));
      writeValue(writer, field, each);
    }
  }
}

function writeValue(writer: protobuf.Writer, field: Field, value: unknown): void {
  if (field.kind === "integer") writer.int64(value as number);
  else if (field.kind === "float") writer.float(value as number);
  else if (field.kind === "string") writer.string(value as string);
  else if (field.kind === "bytes") writer.bytes(value as Uint8Array);
  else {
    writer.fork();
    writeMessage(writer, field.fields!, value as object);
    writer.ldelim();
  }
}

function wireType(field: Field): number {
  if (field.kind === "integer") return 0;
  return field.kind === "float" ? 5 : 2;
}

function readMessage(reader: protobuf.Reader, fields: MessageFields, end: number): object {
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  const message: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) if (field.repeated) message[name] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    const known = byNumber.get(tag >>> 3);
    const wire = tag & 7;
    if (!known) {
      reader.skipType(wire);
      continue;
    }
    const { name, field } = known;
    const packed = wire === 2 && wireType(field) !== 2;
    if (!packed && wire !== wireType(field)) throw new RangeError(`Field ${name} has wire type ${wire}.`);
    const values = packed ? readPacked(reader, field) : [readValue(reader, field)];
    if (field.repeated) (message[name] as unknown[]).push(...values);
    else message[name] = values.at(-1);
  }
  if (reader.pos > end) throw new RangeError("A message is cut short.");
  return message;
}

function readPacked(reader: protobuf.Reader, field: Field): unknown[] {
  const length = reader.uint32();
  const end = reader.pos + length;
  const values: unknown[] = [];
  while (reader.pos < end) values.push(readValue(reader, field));
  return values;
}

function readValue(reader: protobuf.Reader, field: Field): unknown {
  if (field.kind === "integer") {
    const value = reader.int64();
    return typeof value === "number" ? value : Number(String(value));
  }
  if (field.kind === "float") return reader.float();
  if (field.kind === "string") return reader.string();
  if (field.kind === "bytes") return reader.bytes();
  const length = reader.uint32();
  return readMessage(reader, field.fields!, reader.pos + length);
}
