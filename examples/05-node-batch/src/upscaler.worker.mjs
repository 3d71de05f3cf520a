/** One recording at a time is enlarged here, so that the main thread can answer Ctrl-C. JavaScript, which Node runs as it is. */

import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();
