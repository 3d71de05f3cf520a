import { definePage } from "@tatami/example-parts/page-config";

export default definePage(["src/work/worker.ts", "src/work/preview-worker.ts"]);
