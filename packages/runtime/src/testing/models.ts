/** Small models for tests. */

export { seededMamba, seededSesr, seededUnet } from "@tatami/graph";
