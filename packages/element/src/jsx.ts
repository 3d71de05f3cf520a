/**
 * `<tatami-video>` in JSX: one line in a program of React (or of what takes React's types) teaches its compiler the element.
 *
 *     import "@tatami/element/jsx";
 */

import type * as React from "react";
import type { TatamiVideo } from "./contract.ts";

/** What can be written of the element: its attributes, and what every element has. */
export interface TatamiVideoAttributes extends React.HTMLAttributes<TatamiVideo> {
  readonly src?: string | undefined;
  readonly poster?: string | undefined;
  readonly loop?: boolean | undefined;
  readonly muted?: boolean | undefined;
  readonly autoplay?: boolean | undefined;
  readonly crossorigin?: "anonymous" | "use-credentials" | undefined;
  readonly model?: string | undefined;
  readonly strength?: number | undefined;
  readonly fuse?: "auto" | "static" | "off" | undefined;
  readonly compare?: boolean | undefined;
  readonly debug?: boolean | undefined;
  readonly "min-rate"?: number | undefined;
  readonly restorer?: string | undefined;
}

declare module "react" {
  // React's own name for where elements are declared
  namespace JSX {
    interface IntrinsicElements {
      "tatami-video": React.DetailedHTMLProps<TatamiVideoAttributes, TatamiVideo>;
    }
  }
}
