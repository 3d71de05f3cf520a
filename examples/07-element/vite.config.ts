import { definePage } from "@tatami/example-parts/page-config";

export default definePage([]);
