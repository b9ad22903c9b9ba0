import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createJobSchema, jobSchema, uploadedJobSchema } from "@unpaired/core/contracts";
import { images } from "./images.ts";
import { manifest } from "./manifest.ts";

/** An API whose model ids say how a translation goes; see `behaviours.ts` for what is expected of a client. */
export async function startBehaviourServer(): Promise<{ readonly baseUrl: string; close(): void }> {
  const tries = new Map<string, number>();
  const countTry = (name: string) => {
    tries.set(name, (tries.get(name) ?? 0) + 1);
    return tries.get(name)!;
  };
  const server = createServer((request, response) => {
    answer(request, response, countTry).catch((error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, close: () => end(server) };
}

function end(server: Server): void {
  server.closeAllConnections();
  server.close();
}

type CountTry = (name: string) => number;

async function answer(request: IncomingMessage, response: ServerResponse, countTry: CountTry): Promise<void> {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-methods", "GET, POST, DELETE");
  response.setHeader("access-control-allow-headers", "authorization, content-type, idempotency-key");
  response.setHeader(
    "access-control-expose-headers",
    "x-model, x-model-version, x-domain-score, x-request-id, server-timing, retry-after, retry-after-ms",
  );
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  const url = new URL(request.url!, "http://localhost");
  const json = (value: unknown, status = 200) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  const [top, id, ...rest] = url.pathname.slice(1).split("/");
  if (top === "image.png") return void response.setHeader("content-type", "image/png").end(images.png);
  if (top === "health") return json({ status: "ok", build: "test", engine: "simd" });
  if (top === "models") {
    if (id === undefined) return json({ models: [manifest] });
    if (id === manifest.id) return json(manifest);
    return problem(response, 404, "model_not_found", `there is no model ${id}`);
  }
  if (top === "translate") return translate(request, response, url, countTry);
  if (top !== "jobs") return problem(response, 404, "not_found", `there is nothing at ${url.pathname}`);
  if (id === undefined) return json(await createJob(request), 202);
  if (!id.startsWith("job")) return problem(response, 404, "job_not_found", `there is no job ${id}`);
  if (rest[0] !== "results") {
    const hasEnded = request.method === "DELETE" || countTry(id) > 1;
    const finishedAt = hasEnded ? "2026-11-23T12:01:00Z" : null;
    const status = request.method === "DELETE" ? "cancelled" : hasEnded ? "done" : "running";
    return json({ ...job, id, total: 5, done: 4, failed: 1, status, finishedAt });
  }
  if (rest[1] !== undefined) return image(response, images.png, "image/png", "summer2winter");
  return results(response, id, Number(url.searchParams.get("after")), countTry);
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { "content-type": "application/problem+json", "x-request-id": "req-7" });
  response.end(
    JSON.stringify({ type: "about:blank", title: code, status, code, detail, requestId: "req-7" }),
  );
}

function image(
  response: ServerResponse,
  bytes: Uint8Array,
  type: string,
  model: string,
  version = "v1",
): void {
  response.writeHead(200, {
    "content-type": type,
    "x-model": model,
    "x-model-version": version,
    "x-request-id": "req-7",
    "x-domain-score": "0.87",
    "server-timing": "decode;dur=3.5, infer;dur=42",
  });
  response.end(bytes);
}

async function translate(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  countTry: CountTry,
): Promise<void> {
  const model = url.searchParams.get("model")!;
  const body = await buffer(request);
  const type = request.headers["content-type"]!;
  const authorization = request.headers.authorization ?? "";
  // Tries of one post are known by their key, and hanging ones by whatever the client calls itself.
  const count = countTry(String(request.headers["idempotency-key"]));
  const echo = (version = `v${count}`) => image(response, body, type, model, version);
  switch (model) {
    case "query":
      return echo(url.search);
    case "flaky":
      return count < 3 ? void response.writeHead(503).end() : echo();
    case "cut":
      if (count > 1) return echo();
      response.writeHead(200, { "content-type": type, "content-length": body.length });
      return void response.write(body.subarray(0, 20), () => response.destroy());
    case "soon":
      return count > 1 ? echo() : void response.writeHead(429, { "retry-after-ms": "20" }).end();
    case "later":
      return void response.writeHead(429, { "retry-after": url.searchParams.get("size") ?? "30" }).end();
    case "hang":
      return;
    case "hang-once":
      return count > 1 ? echo() : undefined;
    case "refuse":
      return problem(response, 422, "invalid_parameter", `no such thing for ${authorization}`);
    case "guarded":
      if (authorization === "Bearer fresh") return echo();
      return problem(response, 401, "unauthorized", "the token has run out");
    case "html":
      return void response.setHeader("content-type", "text/html").end("<h1>Hi</h1>");
    default:
      return echo();
  }
}

const job = jobSchema.parse({
  id: "job0123456789abcd",
  model: "summer2winter",
  version: "v1",
  status: "queued",
  total: 3,
  done: 0,
  failed: 0,
  createdAt: "2026-11-23T12:00:00Z",
  finishedAt: null,
  detail: null,
});

/** The job, held to its contract, with as many images as were asked for. */
async function createJob(request: IncomingMessage): Promise<unknown> {
  const body = await buffer(request);
  // Some runtimes add a charset.
  if (request.headers["content-type"]!.startsWith("application/json")) {
    const wanted = createJobSchema.parse(JSON.parse(body.toString()));
    return { ...job, total: "images" in wanted ? wanted.images.length : null };
  }
  const headers = { "content-type": request.headers["content-type"]! };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const { model } = uploadedJobSchema.parse(JSON.parse(await (form.get("job") as File).text()));
  const types = (form.getAll("image") as File[]).map(({ type }) => type);
  return { ...job, model, total: types.filter((type) => type === "image/png").length };
}

/** Five results, the connection broken after the second; `hostile` writes a line without end. */
function results(response: ServerResponse, id: string, after: number, countTry: CountTry): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  if (id.includes("hostile")) return void response.write("a".repeat(200_000));
  if (id.includes("silent")) return void response.write("\n");
  const lines = [1, 2, 3, 4, 5]
    .filter((sequence) => sequence > after)
    .map((sequence) => `${JSON.stringify(resultOf(id, sequence))}\n`);
  if (countTry(`${id} results`) > 1) return void response.end(lines.join(""));
  response.write(`${lines.slice(0, 2).join("")}{"sequ`, () => response.destroy());
}

function resultOf(id: string, sequence: number) {
  const shared = { sequence, index: sequence - 1, id: null };
  if (sequence === 3) return { ...shared, status: "failed", code: "undecodable_image", detail: "broken" };
  const path = `/jobs/${id}/results/${sequence - 1}`;
  const size = { width: 2, height: 2, bytes: images.png.length };
  return { ...shared, status: "done", path, contentType: "image/png", ...size, domainScore: 1.2 };
}
