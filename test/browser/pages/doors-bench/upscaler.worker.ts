/** The worker's whole file. */

import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
