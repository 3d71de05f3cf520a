/** Says of every example whether it can run on this machine. */

import { lookAtMachine } from "./machine.ts";
import type { Part } from "./machine.ts";
import { judge } from "./judge.ts";

const machine = await lookAtMachine();
for (const place of document.querySelectorAll<HTMLElement>("[data-part]")) {
  const { state, words } = machine[place.dataset["part"] as Part];
  place.dataset["state"] = state;
  place.textContent = words;
}
for (const place of document.querySelectorAll<HTMLElement>("[data-needs]")) {
  const { state, words } = judge(place.dataset["needs"]!.split(" ") as Part[], machine);
  place.dataset["state"] = state;
  place.textContent = words;
}
document.body.dataset["state"] = "checked";
