/** Small models for tests. */

export { seededSesr, seededUnet } from "@tatami/graph";
