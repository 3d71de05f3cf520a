/** Option checks that say the option's whole path, the rule, and the value seen. */

import { TatamiError } from "./errors/errors.ts";
import type { Size } from "./size.ts";

/** The error every wrong option ends in. */
export function invalidOption(
  path: string,
  rule: string,
  value: unknown,
  fix?: string,
): TatamiError<"invalid-option"> {
  const seen = describeValue(value);
  return new TatamiError({
    code: "invalid-option",
    message: `${path} must be ${rule}, not ${seen}.`,
    fix: fix ?? `Set ${path} to ${rule}.`,
    detail: { option: path, value: seen },
  });
}

/** Characters of a value that a message shows. */
const shown = 100;

/** A value in a message: what is long or large is told by its kind and size. */
function describeValue(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `${value.byteLength} bytes (${value.constructor.name})`;
  if (Array.isArray(value) && value.some((each) => typeof each === "object"))
    return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const words = String(value);
    return words === "[object Object]" ? "an object" : shorten(words);
  }
  return shorten(typeof value === "string" ? JSON.stringify(value) : String(value));
}

function shorten(words: string): string {
  return words.length <= shown ? words : `${words.slice(0, shown)}…`;
}

/** Options as an object, for functions that are called without them too. @throws TatamiError `invalid-option` */
export function checkOptions<T extends object>(path: string, options: T | undefined, fix?: string): T {
  const isList = Array.isArray(options) || ArrayBuffer.isView(options);
  if (typeof options === "object" && options !== null && !isList) return options;
  throw invalidOption(path, "an object of options", options, fix);
}

/** The object without the entries that are undefined: with exactOptionalPropertyTypes `undefined` is not the same as absent. */
export function withoutUndefined<T extends object>(
  values: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** A size in whole pixels. @throws TatamiError `invalid-option` */
export function checkSize(path: string, size: Size): void {
  const { width, height } = checkOptions(path, size, `Set ${path} to { width, height }, in pixels.`);
  checkInteger(`${path}.width`, width, 1);
  checkInteger(`${path}.height`, height, 1);
}

/** A whole number within limits. */
export function checkInteger(
  path: string,
  value: unknown,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  const rule =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  throw invalidOption(path, rule, value);
}

/** A finite number within limits. */
export function checkNumber(
  path: string,
  value: unknown,
  minimum: number,
  maximum: number = Infinity,
): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= minimum && value <= maximum)
    return value;
  const rule =
    maximum === Infinity ? `a number of at least ${minimum}` : `a number from ${minimum} to ${maximum}`;
  throw invalidOption(path, rule, value);
}

/** One of a closed set of words. */
export function checkOneOf<T extends string | number>(
  path: string,
  value: unknown,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalidOption(path, `one of ${choices.join(", ")}`, value);
}

/** Refuses options that do not exist, so that a misspelt one is not silently ignored. */
export function checkKnownOptions(path: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(checkOptions(path, options))) {
    if (known.includes(key)) continue;
    const near = known.find((each) => isNear(each, key));
    throw new TatamiError({
      code: "invalid-option",
      message: `${path}.${key} is not an option.`,
      fix: near === undefined ? `Use one of: ${known.join(", ")}.` : `Did you mean ${path}.${near}?`,
      detail: { option: `${path}.${key}` },
    });
  }
}

/** Whether two words differ by one letter more, less or other, or by two that changed places. */
function isNear(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const [a, b] = [one.slice(start), other.slice(start)];
  const swapped = a[1] === b[0] && a[0] === b[1] && a.slice(2) === b.slice(2);
  return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || swapped;
}
