import { describeDoor } from "./testing/door-contract.ts";
import { directDoor, ownStreamDoor, poolDoor, workerDoor, workerStreamDoor } from "./testing/doors.ts";

for (const door of [directDoor, ownStreamDoor, workerDoor, workerStreamDoor, poolDoor]) describeDoor(door);
