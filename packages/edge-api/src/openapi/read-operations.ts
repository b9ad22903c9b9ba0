import { modelIdSchema, versionIdSchema } from "@unpaired/core/contracts";
import { codeSamples } from "./code-samples.ts";
import { exampleHealth, exampleManifest } from "./examples.ts";
import { headerReferences } from "./headers.ts";
import { problemResponses } from "./problem-responses.ts";
import { ifNoneMatchParameter, requestIdParameter } from "./request-headers.ts";
import { schemaReference, toJsonSchema } from "./schemas.ts";
import type { MediaType, Operation, ResponseObject } from "./types.ts";

/** No key is asked for, whatever the service's mode. */
const open: Operation["security"] = [];

/** `GET /models`. */
export function listModelsOperation(origin: string): Operation {
  return {
    operationId: "listModels",
    summary: "List the published models",
    description: "The latest manifest of every model, sorted by id.",
    tags: ["Models"],
    parameters: [ifNoneMatchParameter, requestIdParameter],
    responses: {
      ...revalidated("The manifests.", {
        schema: schemaReference("ModelList"),
        example: { models: [exampleManifest] },
      }),
      ...problemResponses([
        "unauthorized",
        "rate_limited",
        "internal_error",
        "service_misconfigured",
        "model_unavailable",
      ]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: 'curl "{origin}/models"',
      sdk: `for (const { id, domains } of await client.models.list()) {
  console.log(id, domains.from, "→", domains.to);
}`,
    }),
  };
}

/** `GET /models/{id}`. */
export function getModelOperation(origin: string): Operation {
  return {
    operationId: "getModel",
    summary: "Describe one model",
    description: "The manifest of the version that serves, or of the one asked for.",
    tags: ["Models"],
    parameters: [
      {
        name: "id",
        in: "path",
        required: true,
        description: "Id of the model.",
        schema: toJsonSchema(modelIdSchema),
        example: "summer2winter",
      },
      {
        name: "version",
        in: "query",
        description: "A version of it; the one that serves by default.",
        schema: toJsonSchema(versionIdSchema),
      },
      ifNoneMatchParameter,
      requestIdParameter,
    ],
    responses: {
      ...revalidated("The manifest.", { schema: schemaReference("Manifest"), example: exampleManifest }),
      ...problemResponses([
        "unauthorized",
        "forbidden",
        "model_not_found",
        "rate_limited",
        "internal_error",
        "service_misconfigured",
        "model_unavailable",
      ]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: 'curl "{origin}/models/summer2winter"',
      sdk: `const model = await client.models.get("summer2winter");
console.log(model.version, model.input.sizePixels);`,
    }),
  };
}

/** `GET /health`. */
export function healthOperation(origin: string): Operation {
  return {
    operationId: "health",
    summary: "Ask whether the service lives",
    description: "Liveness, the service's version and the engine it runs.",
    tags: ["Service"],
    security: open,
    parameters: [requestIdParameter],
    responses: {
      "200": {
        description:
          "It lives; `degraded` when it cannot reach its registry or a published version cannot be used.",
        headers: headerReferences("cache-control"),
        content: { "application/json": { schema: schemaReference("Health"), example: exampleHealth } },
      },
      ...problemResponses(["internal_error"]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: 'curl "{origin}/health"',
      sdk: `const health = await client.health();
console.log(health.status, health.build);`,
    }),
  };
}

/** `GET /openapi.json`. */
export function openApiOperation(origin: string): Operation {
  return {
    operationId: "openApi",
    summary: "Get this description",
    description: "The OpenAPI 3.1 document of this service, for tools.",
    tags: ["Service"],
    security: open,
    parameters: [ifNoneMatchParameter, requestIdParameter],
    responses: {
      ...revalidated("The document.", { schema: { type: "object" } }),
      ...problemResponses(["internal_error"]),
    },
    "x-codeSamples": codeSamples(origin, { curl: 'curl "{origin}/openapi.json"' }),
  };
}

/** A page for people: `GET /` and `GET /docs`. */
export function pageOperation(operationId: string, summary: string, description: string): Operation {
  return {
    operationId,
    summary,
    description,
    tags: ["Service"],
    security: open,
    parameters: [requestIdParameter],
    responses: {
      "200": {
        description: "The page.",
        headers: headerReferences("cache-control"),
        content: { "text/html": { schema: { type: "string" } } },
      },
      ...problemResponses(["internal_error"]),
    },
  };
}

function revalidated(description: string, json: MediaType): Record<string, ResponseObject> {
  const headers = headerReferences("etag", "cache-control");
  return {
    "200": { description, headers, content: { "application/json": json } },
    "304": { description: "`if-none-match` still holds; no body.", headers },
  };
}
