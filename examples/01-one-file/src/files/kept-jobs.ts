/** What lists and removes jobs that were left, alone: a page that loads all of its package runs what other pages share with it. */

export { listKeptJobs, removeKeptJob } from "@tatami/upscale";
