/** A worker of Node's for the bench of the doors: what anyone's is. */

import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
