import { jobIdSchema, type ProblemCode } from "@unpaired/core/contracts";
import { JOB_UPLOAD_BYTES, MOST_UPLOADS } from "../jobs/read-job-request.ts";
import { codeSamples } from "./code-samples.ts";
import { exampleJob, exampleJobResults } from "./examples.ts";
import { headerReferences } from "./headers.ts";
import { problemResponses } from "./problem-responses.ts";
import { requestIdParameter } from "./request-headers.ts";
import { schemaReference, toJsonSchema } from "./schemas.ts";
import type { JsonSchema, MediaType, Operation, Parameter, PathItem } from "./types.ts";

const binary: JsonSchema = { type: "string", format: "binary" };
const job: Record<string, MediaType> = {
  "application/json": { schema: schemaReference("Job"), example: exampleJob },
};
const everywhere: readonly ProblemCode[] = [
  "unauthorized",
  "not_found",
  "rate_limited",
  "internal_error",
  "service_misconfigured",
];

const idParameter: Parameter = {
  name: "id",
  in: "path",
  required: true,
  description: "Id of the job, as `POST /jobs` answered it.",
  schema: toJsonSchema(jobIdSchema),
  example: exampleJob.id,
};

const idempotencyKeyParameter: Parameter = {
  name: "idempotency-key",
  in: "header",
  description:
    "1 to 200 visible ASCII characters that stand for this job: asked for again with the same key, it is the same job; another one with that key is refused with 409 (`conflict`).",
  schema: { type: "string", pattern: "^[!-~]{1,200}$" },
};

/** `/jobs` and what is below, by path. */
export function jobPaths(origin: string): Record<string, PathItem> {
  return {
    "/jobs": { post: createJobOperation(origin) },
    "/jobs/{id}": { get: getJobOperation(origin), delete: cancelJobOperation(origin) },
    "/jobs/{id}/results": { get: jobResultsOperation(origin) },
    "/jobs/{id}/results/{index}": { get: jobResultImageOperation(origin) },
  };
}

function createJobOperation(origin: string): Operation {
  return {
    operationId: "createJob",
    summary: "Translate many images",
    description:
      "Takes images that are in the bucket, by their keys or by a manifest that has one of them on each line, or images sent along. All of them get the version that is published now. Where bulk jobs are not set up, every path of them answers 404 (`not_found`).",
    tags: ["Jobs"],
    parameters: [idempotencyKeyParameter, requestIdParameter],
    requestBody: {
      required: true,
      description: `The job as JSON; or a form with a part called \`job\` and up to ${MOST_UPLOADS} file parts called \`image\`, ${JOB_UPLOAD_BYTES / 1e6} MB together, whose file names become the images' ids. A manifest has up to a million lines, each one a \`JobImage\`.`,
      content: {
        "application/json": {
          schema: schemaReference("CreateJob"),
          example: { model: exampleJob.model, format: "webp", images: [{ key: "uploads/summer.jpg" }] },
        },
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              job: schemaReference("UploadedJob"),
              image: { type: "array", items: binary, minItems: 1, maxItems: MOST_UPLOADS },
            },
            required: ["job", "image"],
          },
          encoding: {
            job: { contentType: "application/json" },
            image: { contentType: "image/png, image/jpeg, image/webp" },
          },
        },
      },
    },
    responses: {
      "202": {
        description: "The job; it goes on by itself.",
        headers: headerReferences("cache-control", "location"),
        content: job,
      },
      ...problemResponses([
        "invalid_request",
        "forbidden",
        "model_not_found",
        "conflict",
        "length_required",
        "image_too_large",
        "invalid_parameter",
        "model_unavailable",
        ...everywhere,
      ]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl --fail-with-body \\
  --form 'job={"model": "summer2winter"};type=application/json' \\
  --form "image=@summer.jpg" \\
  "{origin}/jobs"`,
      sdk: `import { openAsBlob } from "node:fs";

const job = await client.jobs.create({
  model: "summer2winter",
  images: [await openAsBlob("summer.jpg")],
});
for await (const result of client.jobs.results(job.id, { follow: true })) {
  console.log(result.index, result.status);
}`,
    }),
  };
}

function getJobOperation(origin: string): Operation {
  return {
    operationId: "getJob",
    summary: "See how a job gets on",
    description: "A job belongs to the API key that created it; to others it is not there.",
    tags: ["Jobs"],
    parameters: [idParameter, requestIdParameter],
    responses: {
      "200": { description: "The job.", headers: headerReferences("cache-control"), content: job },
      ...problemResponses(["job_not_found", ...everywhere]),
    },
    "x-codeSamples": codeSamples(origin, { curl: `curl "{origin}/jobs/${exampleJob.id}"` }),
  };
}

function cancelJobOperation(origin: string): Operation {
  return {
    operationId: "cancelJob",
    summary: "Cancel a job",
    description:
      "Images that are being translated may still be finished, and results stay. A job that is over stays as it is.",
    tags: ["Jobs"],
    parameters: [idParameter, requestIdParameter],
    responses: {
      "200": {
        description: "The job as it is now.",
        headers: headerReferences("cache-control"),
        content: job,
      },
      ...problemResponses(["job_not_found", ...everywhere]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl --request DELETE "{origin}/jobs/${exampleJob.id}"`,
    }),
  };
}

function jobResultsOperation(origin: string): Operation {
  return {
    operationId: "listJobResults",
    summary: "List what a job has finished so far",
    description:
      "A stream of JSON lines, each one a `JobResult`, in the order in which the images were finished. Ask again with the last `sequence` for what came since.",
    tags: ["Jobs"],
    parameters: [
      idParameter,
      {
        name: "after",
        in: "query",
        description: "Sequence of the last result there is already; 0 by default.",
        schema: { type: "integer", minimum: 0, maximum: 999_999_999_999_999 },
      },
      requestIdParameter,
    ],
    responses: {
      "200": {
        description: "The results.",
        headers: headerReferences("cache-control"),
        content: {
          "application/x-ndjson": {
            schema: { type: "string" },
            example: exampleJobResults.map((result) => `${JSON.stringify(result)}\n`).join(""),
          },
        },
      },
      ...problemResponses(["job_not_found", "invalid_parameter", ...everywhere]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl "{origin}/jobs/${exampleJob.id}/results?after=1000"`,
    }),
  };
}

function jobResultImageOperation(origin: string): Operation {
  return {
    operationId: "getJobResult",
    summary: "Get a translated image of a job",
    description: "What `path` of a result says.",
    tags: ["Jobs"],
    parameters: [
      idParameter,
      {
        name: "index",
        in: "path",
        required: true,
        description: "Place of the image in the job, from 0.",
        schema: { type: "integer", minimum: 0 },
        example: 0,
      },
      requestIdParameter,
    ],
    responses: {
      "200": {
        description: "The image.",
        headers: headerReferences("x-model", "x-model-version", "cache-control"),
        content: {
          "image/png": { schema: binary },
          "image/jpeg": { schema: binary },
          "image/webp": { schema: binary },
        },
      },
      ...problemResponses(["job_not_found", ...everywhere]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl --output winter.jpg "{origin}/jobs/${exampleJob.id}/results/0"`,
    }),
  };
}
