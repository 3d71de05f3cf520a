/** Absent flags become absent options: with exactOptionalPropertyTypes `undefined` is not the same. */

/** The object without the entries that are undefined. */
export function withoutUndefined<T extends object>(
  values: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
