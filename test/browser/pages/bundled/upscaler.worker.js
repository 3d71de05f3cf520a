/** The worker's whole file, for whatever bundles it. */

import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
