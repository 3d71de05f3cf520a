/** The service's document, OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.1. */

import { faultCodes, statusOf } from "../fault.ts";
import { ref } from "./schemas.ts";
import type { Schema, Schemas } from "./schemas.ts";

const summary =
  "Upscales videos: a file or a URL in, progress by server-sent events, the result out. Errors have a code, a message and a fix.";

/** @param isLocked whether requests have to bring a token */
export function createDocument(
  schemas: Schemas,
  { version, isLocked }: { readonly version: string; readonly isLocked: boolean },
): Schema {
  const options = schemas.JobOptions["properties"] as Readonly<Record<string, Schema>>;
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const name = {
    name: "name",
    in: "query",
    schema: { type: "string" },
    description: "The file's, for people.",
  };
  const query = Object.entries(options).map(([key, schema]) => ({ name: key, in: "query", schema }));
  const file = { type: "string", format: "binary" };
  const network = { ...file, description: "An ONNX file to enlarge by, in place of a model that ships." };
  const form = { type: "object", properties: { file, network, ...options }, required: ["file"] };
  const post = {
    operationId: "createJob",
    summary: "Takes on a file: as a form, as the body itself, or by the URL of an allowed host.",
    parameters: [name, ...query],
    requestBody: {
      required: true,
      content: {
        "multipart/form-data": { schema: form },
        "application/octet-stream": { schema: file },
        "application/json": { schema: ref("UrlJob") },
      },
    },
    responses: { 202: answer("Taken on.", ref("Job")), ...errors() },
  };
  return {
    openapi: "3.1.0",
    info: { title: "Tatami", version, summary },
    ...(isLocked && { security: [{ token: [] }] }),
    paths: {
      "/jobs": {
        post,
        get: {
          operationId: "listJobs",
          summary: "All jobs, the latest first.",
          responses: { 200: answer("The jobs.", ref("JobList")), ...errors() },
        },
      },
      "/jobs/{id}": {
        parameters: [id],
        get: {
          operationId: "getJob",
          summary: "How far a job is.",
          responses: { 200: answer("The job.", ref("Job")), ...errors() },
        },
        delete: {
          operationId: "deleteJob",
          summary: "Ends a job, and removes all there is of it.",
          responses: { 204: { description: "It is gone." }, ...errors() },
        },
      },
      "/jobs/{id}/events": { parameters: [id], get: eventsOperation() },
      "/jobs/{id}/result": { parameters: [id], get: resultOperation(file) },
      "/health": {
        get: {
          operationId: "getHealth",
          summary: "Whether the service takes jobs.",
          security: [],
          responses: { 200: { description: "It does." }, 503: { description: "It is stopping." } },
        },
      },
    },
    components: {
      schemas,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function eventsOperation(): Schema {
  const last = { name: "Last-Event-ID", in: "header", schema: { type: "string" } };
  return {
    operationId: "listenToJob",
    summary: "What happens with a job until it is over.",
    description:
      "Events state, progress and end; the data of each is the job. With Last-Event-ID only what came after. Of progress the latest is sent. A stream that closes without end is to be opened again.",
    parameters: [last],
    responses: {
      200: { description: "Events.", content: { "text/event-stream": { schema: { type: "string" } } } },
      204: { description: "The job is over, and its end was seen." },
      ...errors(),
    },
  };
}

function resultOperation(file: Schema): Schema {
  const range = { name: "Range", in: "header", schema: { type: "string" }, description: "bytes, one range." };
  const content = { "video/*": { schema: file } };
  return {
    operationId: "getResult",
    summary: "The result of a job that is done.",
    parameters: [range],
    responses: {
      200: { description: "All of it.", content },
      206: { description: "A part of it.", content },
      304: { description: "It is what the client has." },
      ...errors(),
    },
  };
}

function answer(description: string, schema: Schema): Schema {
  return { description, content: { "application/json": { schema } } };
}

/** By status, with the codes that have it. */
function errors(): Readonly<Record<string, Schema>> {
  const all = new Map<number, string[]>();
  for (const code of faultCodes) all.set(statusOf(code), [...(all.get(statusOf(code)) ?? []), code]);
  return Object.fromEntries(
    [...all].map(([status, codes]) => [status, answer(codes.join(", "), ref("Error"))]),
  );
}
