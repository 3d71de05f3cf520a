/** For tests of other packages: a Redis and an S3 of their own, clips, and a network that costs nothing. Not part of the build. */

export { framesMd5, makeClip, writeNearest } from "./clips.ts";
export { startRedis } from "./redis-server.ts";
export type { RedisServer } from "./redis-server.ts";
export { openS3 } from "../s3/client.ts";
export { startS3 } from "./s3-server.ts";
export type { S3Server } from "./s3-server.ts";
