/** One contract over every way to the upscaler. Losing a GPU needs a browser: `browser/engines/webgpu-device-loss.test.ts`. */

import { describeDoor } from "./door-contract.ts";
import {
  directDoor,
  operatorDoor,
  ownStreamDoor,
  poolDoor,
  workerDoor,
  workerOperatorDoor,
  workerStreamDoor,
} from "./doors.ts";

const doors = [
  directDoor,
  ownStreamDoor,
  operatorDoor,
  workerDoor,
  workerStreamDoor,
  workerOperatorDoor,
  poolDoor,
];

for (const door of doors) describeDoor(door);
