import { type TranslateQuery, translateQuerySchema } from "@unpaired/core/contracts";
import type { Limits } from "../requests/limits.ts";
import { codeSamples } from "./code-samples.ts";
import { exampleTranslation } from "./examples.ts";
import { headerReferences } from "./headers.ts";
import { problemResponses } from "./problem-responses.ts";
import {
  cacheControlParameter,
  idempotencyKeyParameter,
  ifNoneMatchParameter,
  requestIdParameter,
} from "./request-headers.ts";
import { schemaReference, toJsonSchema } from "./schemas.ts";
import type { JsonSchema, MediaType, Operation, Parameter } from "./types.ts";

/** What each parameter of the query does; a new one does not compile before it is described. */
const parameterDescriptions: Readonly<Record<keyof TranslateQuery, string>> = {
  model: "Id of the model, which names one direction; `GET /models` lists them.",
  version: "A version of the model; the latest by default.",
  format: "Format of the answer. By default `accept` decides, then the input's own format.",
  quality: "Encoder quality for JPEG and WebP; 90 by default.",
  size: "Side in pixels the input is fitted to, a multiple of the model's `multipleOf`, at least four of them where that is below 32; the model's own size by default.",
  fit: "How the input is fitted to the model; `contain` by default.",
  "keep-size":
    "Scales the result back to the size of what was translated of the input; the bare name means `true`.",
  "reject-above": "Refuses inputs whose domain score is higher with 422 (`out_of_domain`).",
};

const parameterExamples: Readonly<Record<string, string | number>> = { model: "summer2winter" };

const binary: JsonSchema = { type: "string", format: "binary" };
const images: Record<string, MediaType> = {
  "image/png": { schema: binary },
  "image/jpeg": { schema: binary },
  "image/webp": { schema: binary },
};

/** `POST /translate`. */
export function translateOperation(origin: string, limits: Limits): Operation {
  const { imageBytes, imagePixels, imageSide } = limits;
  return {
    operationId: "translate",
    summary: "Translate an image",
    description:
      "Takes one image and answers the translated one. What can be refused is refused before a pixel is decoded. " +
      "EXIF orientation is applied, transparency is kept. A result that was made before from the same bytes, version and " +
      "parameters may be answered again.",
    tags: ["Translate"],
    parameters: [
      ...queryParameters(),
      ifNoneMatchParameter,
      cacheControlParameter,
      idempotencyKeyParameter,
      requestIdParameter,
    ],
    requestBody: {
      required: true,
      description: `The image's bytes, or a form with one file part called \`image\`: at most ${imageBytes / 1e6} MB, ${imagePixels / 1e6} megapixels and ${imageSide.toLocaleString("en")} pixels a side. Any PNG and any JPEG that is not progressive may be that large; WebP and progressive JPEG fit up to about 10 to 15 megapixels, or as large as the others where the service has Cloudflare Images to shrink them.`,
      content: {
        ...images,
        "multipart/form-data": {
          schema: { type: "object", properties: { image: binary }, required: ["image"] },
          encoding: { image: { contentType: "image/png, image/jpeg, image/webp" } },
        },
      },
    },
    responses: {
      "200": {
        description: "The translated image; a JSON document that holds it where `accept` names JSON.",
        headers: headerReferences(
          "x-model",
          "x-model-version",
          "x-domain-score",
          "server-timing",
          "etag",
          "cache-control",
        ),
        content: {
          ...images,
          "application/json": { schema: schemaReference("TranslateResponse"), example: exampleTranslation },
        },
      },
      "304": {
        description: "`if-none-match` still holds; no body.",
        headers: headerReferences("x-model", "x-model-version", "etag", "cache-control"),
      },
      ...problemResponses([
        "invalid_request",
        "unauthorized",
        "forbidden",
        "model_not_found",
        "not_acceptable",
        "length_required",
        "image_too_large",
        "unsupported_image",
        "undecodable_image",
        "invalid_parameter",
        "out_of_domain",
        "rate_limited",
        "internal_error",
        "service_misconfigured",
        "model_unavailable",
      ]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl --fail-with-body --output winter.webp \\
  --header "content-type: image/jpeg" \\
  --data-binary @summer.jpg \\
  "{origin}/translate?model=summer2winter&format=webp"`,
      sdk: `import { openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";

const summer = await openAsBlob("summer.jpg");
const winter = await client.translate(summer, {
  model: "summer2winter",
  format: "webp",
});
await writeFile("winter.webp", await winter.bytes());
console.log(winter.model, winter.version, winter.domainScore);`,
    }),
  };
}

function queryParameters(): Parameter[] {
  const { properties = {}, required = [] } = toJsonSchema(translateQuerySchema);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    description: parameterDescriptions[name as keyof TranslateQuery],
    schema,
    ...(schema.enum?.includes("") && { allowEmptyValue: true }),
    ...(name in parameterExamples && { example: parameterExamples[name]! }),
  }));
}
