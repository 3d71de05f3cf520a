/** A worker whose GPU can be taken away: the message "lose" destroys the device in use. */

import { exposeUpscaler } from "@tatami/worker";
import { devices, watchDevices } from "./watch-devices.ts";

watchDevices();
exposeUpscaler();
addEventListener("message", ({ data }) => {
  if (data === "lose") devices.at(-1)?.destroy();
});
