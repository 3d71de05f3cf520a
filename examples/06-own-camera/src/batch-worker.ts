/** A thread that helps the training worker with every batch. */

import "./disposal-symbols.ts";
import { serveBatches } from "@tatami/train/browser";

serveBatches();
