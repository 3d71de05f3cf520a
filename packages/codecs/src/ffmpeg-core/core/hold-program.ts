/** Goes before the file of one of the core's own threads: holds the lock that its address names behind the `#`. */

import { holdWorkerLock } from "@tatami/core";

void holdWorkerLock(decodeURIComponent(location.hash.slice(1)));
