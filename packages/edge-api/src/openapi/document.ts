import type { Limits } from "../requests/limits.ts";
import { engineFileOperation, modelFileOperation } from "./file-operations.ts";
import { responseHeaders } from "./headers.ts";
import { jobPaths } from "./job-operations.ts";
import {
  getModelOperation,
  healthOperation,
  listModelsOperation,
  openApiOperation,
  pageOperation,
} from "./read-operations.ts";
import { componentSchemas } from "./schemas.ts";
import { studyPaths } from "./study-operations.ts";
import { translateOperation } from "./translate-operation.ts";
import type { OpenApiDocument } from "./types.ts";

/** What the document says of where the service runs. */
export interface DocumentOptions {
  /** `https://host` the service is asked at. */
  readonly origin: string;
  /** Version of the service. */
  readonly build: string;
  readonly limits: Limits;
}

/** The service's OpenAPI 3.1 description, from the schemas its routes validate with. */
export function openApiDocument({ origin, build, limits }: DocumentOptions): OpenApiDocument {
  return {
    openapi: "3.1.1",
    info: {
      title: "Unpaired",
      version: build,
      summary: "Translates images from one domain to another.",
      description:
        "Send an image, name a model, get the translated image back. Errors are `application/problem+json` (RFC 9457) with a stable `code`. `GET` routes answer `HEAD` too; another method gets 405, another path 404.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: origin }],
    tags: [
      { name: "Translate", description: "From one domain to the other." },
      { name: "Jobs", description: "Many images, translated in the background." },
      { name: "Studies", description: "Which of two pictures looks real, asked of people." },
      { name: "Models", description: "What is published." },
      { name: "Service", description: "About the service itself." },
    ],
    paths: {
      "/translate": { post: translateOperation(origin, limits) },
      ...jobPaths(origin),
      ...studyPaths(origin),
      "/models": { get: listModelsOperation(origin) },
      "/models/{id}": { get: getModelOperation(origin) },
      "/models/{id}/versions/{version}/files/{sha256}": { get: modelFileOperation() },
      "/engine/{file}": { get: engineFileOperation(origin) },
      "/engine/{build}/{file}": { get: engineFileOperation(origin, { ofBuild: true }) },
      "/health": { get: healthOperation(origin) },
      "/openapi.json": { get: openApiOperation(origin) },
      "/docs": { get: pageOperation("docs", "Read this description", "The reference as a page.") },
      "/": { get: pageOperation("playground", "Open the playground", "Try the models in a browser.") },
    },
    components: {
      schemas: componentSchemas(),
      headers: responseHeaders,
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key of this service, where it asks for one.",
        },
        apiKeyHeader: {
          type: "apiKey",
          in: "header",
          name: "x-api-key",
          description: "The same key, where something in between needs `authorization` for itself.",
        },
      },
    },
    // Without a key first: a service may be open.
    security: [{}, { apiKey: [] }, { apiKeyHeader: [] }],
  };
}
