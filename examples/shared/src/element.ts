/** Finds an element of the page and checks its type. */

/** @throws Error when the page has no such element: the page and its code have come apart. */
export const element = <T extends Element>(
  selector: string,
  type: new () => T,
  within: ParentNode = document,
): T => {
  const found = within.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`No ${type.name} matches ${selector}.`);
};
