/** Many files on many machines: segments of videos as jobs on BullMQ. */

export { startDashboard } from "./dashboard.ts";
export type { Dashboard, DashboardOptions } from "./dashboard.ts";
export type { FilePair, IfThere } from "./check-pair.ts";
export { connectFleet } from "./fleet.ts";
export type { Fleet, FleetOptions, Submitted } from "./fleet.ts";
export type { Failure } from "./failure.ts";
export { jobRules } from "./options.ts";
export type { JobOptions, SubmitOptions } from "./options.ts";
export type { DeadFile, FileState, FileStatus, FleetStatus, StatusOptions } from "./status.ts";
export { work } from "./worker/work.ts";
export type { FleetWorker, WorkOptions } from "./worker/work.ts";
export type { WorkEvent } from "./worker/world.ts";
