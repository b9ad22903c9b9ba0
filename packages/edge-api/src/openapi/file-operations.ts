import { modelIdSchema, versionIdSchema } from "@unpaired/core/contracts";
import * as z from "zod";
import { browserFileNames } from "../playground/browser-files.ts";
import { codeSamples } from "./code-samples.ts";
import { exampleManifest } from "./examples.ts";
import { headerReferences } from "./headers.ts";
import { problemResponses } from "./problem-responses.ts";
import { ifNoneMatchParameter, requestIdParameter } from "./request-headers.ts";
import { toJsonSchema } from "./schemas.ts";
import type { MediaType, Operation, Parameter, ResponseObject } from "./types.ts";

const bytes: MediaType = { schema: {} };

/** `GET /models/{id}/versions/{version}/files/{sha256}`. */
export function modelFileOperation(): Operation {
  return {
    operationId: "getModelFile",
    summary: "Get one file of a model",
    description:
      "The graph model or a weight shard, as the manifest of that version lists it; for running the model elsewhere. Check its SHA-256. It never changes.",
    tags: ["Models"],
    parameters: [
      inPath("id", "Id of the model.", toJsonSchema(modelIdSchema), "summer2winter"),
      inPath("version", "A version of it.", toJsonSchema(versionIdSchema), exampleManifest.version),
      inPath(
        "sha256",
        "SHA-256 of the file.",
        toJsonSchema(z.string().regex(/^[0-9a-f]{64}$/)),
        exampleManifest.files.model.sha256,
      ),
      ifNoneMatchParameter,
      requestIdParameter,
    ],
    responses: {
      ...unchanging("The file.", { "application/json": bytes, "application/octet-stream": bytes }),
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
  };
}

/** `GET /engine/{file}` and `GET /engine/{build}/{file}`. */
export function engineFileOperation(origin: string, { ofBuild = false } = {}): Operation {
  const file = inPath(
    "file",
    "The build with plain SIMD, the one with relaxed SIMD, or the playground's Web Worker.",
    toJsonSchema(z.enum(browserFileNames)),
    "inference.wasm",
  );
  const build = inPath(
    "build",
    "Names the files of one build; the playground knows it.",
    { type: "string" },
    "0f343b0931126a20f133d67c2b018a3b",
  );
  return {
    operationId: ofBuild ? "getEngineFileOfBuild" : "getEngineFile",
    summary: ofBuild ? "Get the engine of one build" : "Get the engine",
    description: `WebAssembly that runs models in a browser${ofBuild ? ", under an address of its own for every build; it never changes." : ", as this service has it now."}`,
    tags: ["Models"],
    security: [],
    parameters: [...(ofBuild ? [build] : []), file, ifNoneMatchParameter, requestIdParameter],
    responses: {
      ...unchanging("The file.", { "application/wasm": bytes, "text/javascript": bytes }),
      ...problemResponses(["not_found", "internal_error"]),
    },
    ...(!ofBuild && {
      "x-codeSamples": codeSamples(origin, {
        curl: 'curl "{origin}/engine/inference.wasm" --output inference.wasm',
      }),
    }),
  };
}

function inPath(name: string, description: string, schema: Parameter["schema"], example: string): Parameter {
  return { name, in: "path", required: true, description, schema, example };
}

function unchanging(
  description: string,
  content: Readonly<Record<string, MediaType>>,
): Record<string, ResponseObject> {
  const headers = headerReferences("etag", "cache-control");
  return {
    "200": { description, headers, content },
    "304": { description: "`if-none-match` still holds; no body.", headers },
  };
}
