/** An HTTP service of upscaling jobs. */

export { startService } from "./service.ts";
export type { Service } from "./service.ts";
export type { ServeEvent, ServeOptions } from "./options.ts";
