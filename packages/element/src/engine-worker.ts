/** The worker that an element starts: the engine runs here, off the page's thread. */

import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
