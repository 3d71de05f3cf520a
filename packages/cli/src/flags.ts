/** Flags as data: one table gives the parser its rules, the help its lines, and the command its types. */

/** A flag that is there or not. */
export interface Switch {
  readonly kind: "switch";
  readonly help: string;
  readonly short?: string;
}

/** A flag that takes a value. */
export interface ValueFlag<T> {
  readonly kind: "value";
  /** What stands for the value in the help. */
  readonly placeholder: string;
  readonly help: string;
  readonly short?: string;
  /** Reads the text. @throws TatamiError `invalid-option` that names `flag`. */
  readonly parse: (text: string, flag: string) => T;
}

/** A flag that may be given several times, each with a value. */
export interface ListFlag extends Omit<ValueFlag<string>, "kind"> {
  readonly kind: "list";
}

/** A command's flags by long name. */
export type Flags = Readonly<Record<string, Switch | ValueFlag<unknown> | ListFlag>>;

/** What a command is given for its flags. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends ListFlag
    ? readonly string[]
    : F[K] extends ValueFlag<infer T>
      ? T | undefined
      : boolean;
};

/** A {@link Switch}. */
export function switchFlag(help: string, short?: string): Switch {
  return { kind: "switch", help, ...(short !== undefined && { short }) };
}

/** A {@link ValueFlag}. */
export function valueFlag<T>(
  placeholder: string,
  help: string,
  parse: (text: string, flag: string) => T,
  short?: string,
): ValueFlag<T> {
  return { kind: "value", placeholder, help, parse, ...(short !== undefined && { short }) };
}

/** A {@link ListFlag}. */
export function listFlag(placeholder: string, help: string): ListFlag {
  return { kind: "list", placeholder, help, parse: (text) => text };
}
