/** Names the symbols of `using` in browsers that do not have them yet. Imported before anything else. */

for (const name of ["dispose", "asyncDispose"] as const) {
  if (Symbol[name] === undefined)
    Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
}
