/** The worker's whole file: the engine runs here, off the page's thread. */

import "@tatami/example-parts/disposal-symbols";
import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
