/** The error every broken graph, shape or model file ends in. */

import { TatamiError } from "@tatami/core";
import type { ErrorDetail } from "@tatami/core";

/** A `TatamiError` of code `invalid-model`. */
export function invalidModel(
  message: string,
  fix: string,
  detail: ErrorDetail = {},
): TatamiError<"invalid-model"> {
  return new TatamiError({ code: "invalid-model", message, fix, detail });
}
