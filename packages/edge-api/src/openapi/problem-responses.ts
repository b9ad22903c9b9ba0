import type { Problem, ProblemCode } from "@unpaired/core/contracts";
import { problemStatuses } from "../problems/statuses.ts";
import { headerReferences, optionalHeaders } from "./headers.ts";
import { schemaReference } from "./schemas.ts";
import type { ResponseObject } from "./types.ts";

/** When each problem is answered, in words. */
export const problemMeanings: Readonly<Record<ProblemCode, string>> = {
  invalid_request:
    "The body is empty, not JSON where JSON is due, or a form whose parts are not those that are asked for.",
  unauthorized: "The API key is missing or wrong.",
  forbidden: "The API key is not for this model.",
  model_not_found: "No such model or version is published.",
  job_not_found: "There is no such job, or it is another key's.",
  conflict:
    "The idempotency key was given with another request before, or an answer of a study is not the one that is due.",
  not_found: "Nothing is at this path, or nothing yet.",
  method_not_allowed: "The path answers other methods; `allow` names them.",
  not_acceptable: "Nothing in `accept` can be answered.",
  length_required: "The request neither has nor announces a body.",
  image_too_large:
    "The file has too many bytes, or the image too many pixels, or more of its kind than fit into memory.",
  unsupported_image: "The bytes are not a PNG, JPEG or WebP this service reads.",
  undecodable_image: "The image is cut off or damaged.",
  invalid_parameter: "A parameter is unknown, missing, given twice or out of range.",
  out_of_domain: "The image's domain score is above `reject-above`.",
  rate_limited: "Too many requests; wait as `retry-after` says.",
  internal_error: "The service failed.",
  service_misconfigured: "The service is set up in a way that leaves open who may use it.",
  model_unavailable: "The model, or the study, cannot be used just now; wait as `retry-after` says.",
};

/** The problem answers an operation can give, by status; codes that share a status share an answer. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, ResponseObject> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemStatuses[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, problemResponse(status, codes)]));
}

function problemResponse(status: number, codes: readonly ProblemCode[]): ResponseObject {
  const isRetryable = codes.every((code) => problemStatuses[code].retryAfterSeconds !== undefined);
  return {
    description: codes.map((code) => `\`${code}\`: ${problemMeanings[code]}`).join(" "),
    headers: {
      ...headerReferences(
        "cache-control",
        ...(isRetryable ? (["retry-after"] as const) : []),
        ...(status === 401 ? (["www-authenticate"] as const) : []),
      ),
      ...(codes.includes("out_of_domain") && optionalHeaders("x-model", "x-model-version", "x-domain-score")),
    },
    content: {
      "application/problem+json": {
        schema: {
          allOf: [schemaReference("Problem")],
          properties: { status: { const: status }, code: { enum: codes } },
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
      },
    },
  };
}

function exampleProblem(code: ProblemCode): Problem {
  const { status, title } = problemStatuses[code];
  return {
    type: `urn:unpaired:problem:${code}`,
    title,
    status,
    code,
    detail: problemMeanings[code],
    requestId: "5f0c1a52-7d0e-4f0e-9a55-0b7a4c4b8f0e",
  };
}
