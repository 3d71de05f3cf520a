/** A thread that helps the training worker with every batch. */

import "@tatami/example-parts/disposal-symbols";
import { serveBatches } from "@tatami/train/browser";

serveBatches();
