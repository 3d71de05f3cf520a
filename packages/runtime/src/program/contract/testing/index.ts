/** The cases of the contract of program engines, for tests in a page; no part of the package as it is shipped. */

export { lossCases } from "./loss-cases.ts";
export { networkCases } from "./network-cases.ts";
export * from "./program-case.ts";
