/** The worker's whole file: one engine for all tiles. */

import "@tatami/example-parts/disposal-symbols";
import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
