import fc from "fast-check";
import { type Document, OpenAPIBackend, type Operation } from "openapi-backend";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

const REQUESTS = 400;
/** Values a parameter's pattern alone would hardly ever hit. */
const known: Readonly<Record<string, readonly string[]>> = {
  model: ["summer2winter"],
  id: ["summer2winter"],
  version: ["v1"],
  size: ["32", "64"],
};
const hostile = [
  "",
  " ",
  "0",
  "-1",
  "1e99",
  "NaN",
  "null",
  "true",
  "../..",
  "%",
  "\u0000",
  "’",
  "a".repeat(3000),
  "__proto__",
];

interface ParameterObject {
  readonly name: string;
  readonly in: "query" | "path" | "header";
  readonly schema: {
    readonly enum?: readonly unknown[];
    readonly minimum?: number;
    readonly maximum?: number;
  };
}

interface FuzzedRequest {
  readonly operationId: string;
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly value: string }[];
  readonly accept: string;
  readonly body: keyof typeof bodies;
  readonly type: string;
}

let server: ServedRegistry;
let api: OpenAPIBackend;
const bodies = {
  png: new Uint8Array(),
  jpeg: new Uint8Array(),
  half: new Uint8Array(),
  text: new TextEncoder().encode("no picture"),
  json: new TextEncoder().encode('{"model": "summer2winter", "images": []}'),
  nothing: new Uint8Array(),
};

beforeAll(async () => {
  server = await serveRegistry((directory) =>
    publishModel(directory, { id: "summer2winter", version: "v1", ...invert, sizePixels: 32 }),
  );
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: "#456" } });
  bodies.png = new Uint8Array(await picture.clone().png().toBuffer());
  bodies.jpeg = new Uint8Array(await picture.clone().jpeg().toBuffer());
  bodies.half = bodies.png.slice(0, 50);
  const definition = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
  // Whether the document itself is valid is another test's matter; this validator knows no OpenAPI 3.1.1 by heart.
  api = new OpenAPIBackend({
    definition,
    strict: false,
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, formats: { "date-time": true } },
  });
  await api.init();
});
afterAll(() => server.close());

function requests(): fc.Arbitrary<FuzzedRequest> {
  // What takes most parameters is asked most often.
  const operations = api
    .getOperations()
    .flatMap((one) => Array(one.method === "post" ? 8 : 1).fill(one) as Operation[]);
  return fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      operationId: fc.constant(operation.operationId!),
      parameters: fc
        .tuple(...((operation.parameters ?? []) as unknown as ParameterObject[]).map(parameter))
        .map((parameters) => parameters.filter((one) => one !== undefined)),
      accept: mostly(["*/*", "image/webp", "application/json"], ["text/html", "application/pdf", ";;q=x"]),
      body: mostly<keyof typeof bodies>(["png", "jpeg"], ["half", "text", "json", "nothing"]),
      type: mostly(
        ["image/png", ""],
        ["image/jpeg", "application/json", "multipart/form-data", "text/plain"],
      ),
    }),
  );
}

function mostly<Value>(right: readonly Value[], wrong: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

function parameter({ name, in: place, schema }: ParameterObject) {
  const { minimum = 0, maximum = 2 } = schema;
  const sensible = known[name] ?? schema.enum?.map(String) ?? [String(minimum), String(maximum)];
  const value = fc.oneof(
    { weight: 14, arbitrary: fc.constantFrom(...sensible) },
    { weight: 1, arbitrary: fc.constantFrom(...hostile) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  );
  const given = value.map((text) => ({ in: place, name, value: text }));
  return place === "path" || name === "model" ? given : fc.option(given, { nil: undefined, freq: 2 });
}

/** Sends a request; undefined where HTTP itself cannot carry it. */
async function send({ operationId, parameters, accept, body, type }: FuzzedRequest) {
  const operation = api.getOperation(operationId)!;
  let { path } = operation;
  const query = new URLSearchParams();
  const headers = new Headers({ accept });
  for (const { in: place, name, value } of parameters) {
    if (place === "path") {
      if (value === "" || /^\.+$/.test(value)) return undefined;
      path = path.replace(`{${name}}`, encodeURIComponent(value));
    } else if (place === "query") query.set(name, value);
    else if (/^[\x21-\x7e]+$/.test(value)) headers.set(name, value);
  }
  const method = operation.method.toUpperCase();
  const hasBody = method === "POST" || method === "PUT";
  if (hasBody && type !== "") headers.set("content-type", type);
  const response = await fetch(`${server.url}${path}?${query}`, {
    method,
    headers,
    redirect: "manual",
    ...(hasBody && { body: bodies[body] }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { errors } = api.validator.validateRequest(
    { method, path, query: Object.fromEntries(query), headers: {} },
    operationId,
  );
  // The body is bytes, which this validator does not judge.
  const isValid = !errors?.some(({ instancePath }) => instancePath.startsWith("/query"));
  return { operation, response, bytes, isValid };
}

test(`answers ${REQUESTS} requests drawn from its own description as that description says`, async () => {
  const statuses = new Map<number, number>();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(requests(), async (request) => {
      const answer = await send(request);
      if (!answer) return;
      const { operation, response, bytes, isValid } = answer;
      const { status } = response;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(Object.keys(operation.responses ?? {})).toContain(String(status));
      expect(status).not.toBe(500);
      // What the description forbids is refused.
      if (!isValid) {
        refused++;
        expect(status).toBeGreaterThanOrEqual(400);
      }

      const type = response.headers.get("content-type")?.split(";")[0];
      const described =
        (operation.responses?.[status] as { content?: Record<string, unknown> } | undefined)?.content ?? {};
      if (bytes.length > 0) expect(Object.keys(described)).toContain(type);
      if (type?.endsWith("json")) {
        const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
        expect(api.validator.validateResponse(body, operation, status).errors ?? []).toEqual([]);
      }
      const headers = Object.fromEntries(response.headers);
      const checked = api.validator.validateResponseHeaders(headers, operation, {
        statusCode: status,
        setMatchType: "any" as never,
      });
      expect(checked.errors ?? []).toEqual([]);
    }),
    { numRuns: REQUESTS, seed: 20261123 },
  );
  expect(refused, "requests it forbids").toBeGreaterThan(20);
  for (const status of [200, 404, 415, 422])
    expect(statuses.get(status) ?? 0, `answers ${status}`).toBeGreaterThan(0);
});
