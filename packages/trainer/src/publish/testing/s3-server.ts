import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expectedSignature, parseAuthorization } from "./verify-signature.ts";

/** What goes wrong with one request. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly code?: string; readonly retryAfter?: number }
  /** The connection breaks; `carriedOut`: after the request was done, so that only its answer is lost. */
  | { readonly kind: "cut"; readonly carriedOut: boolean }
  /** No answer, ever. */
  | { readonly kind: "stall" };

/** One request that arrived. */
export interface ArrivedRequest {
  /** From 0, over the server's life. */
  readonly index: number;
  readonly method: string;
  /** Key in the bucket; empty for the bucket itself. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Options of {@link startS3Server}. */
export interface S3ServerOptions {
  readonly bucket?: string;
  readonly region?: string;
  /** The server's clock. */
  readonly nowMs?: () => number;
  /** Methods that the key may use. */
  readonly allowed?: readonly string[];
  /** Keys per page of a listing. */
  readonly pageKeys?: number;
  /** Whether objects tell their SHA-256, as those put without one do not. */
  readonly tellsChecksums?: boolean;
}

/** An S3 store in memory that checks signatures and fails as told. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly objects: Map<string, Uint8Array>;
  readonly requests: ArrivedRequest[];
  /** Decides what goes wrong with a request. */
  fault: (request: ArrivedRequest) => Fault | undefined;
  /** Called after every object that was written. */
  onWrite: (key: string) => void;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const accessKeyId = "AKIDEXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI+K7MDENG+bPxRfiCYEXAMPLEKEY";

/** Starts a store on a free port of this machine, with one empty bucket. */
export async function startS3Server({
  bucket = "models",
  region = "eu-central-1",
  nowMs = Date.now,
  allowed = ["GET", "HEAD", "PUT"],
  pageKeys = 1000,
  tellsChecksums = true,
}: S3ServerOptions = {}): Promise<S3Server> {
  const objects = new Map<string, Uint8Array>();
  const requests: ArrivedRequest[] = [];

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { method = "", url: target = "" } = incoming;
    const headers = incoming.headers as Record<string, string | undefined>;
    const [path = "", query = ""] = target.split("?", 2);
    const [, inBucket = "", ...rest] = path.split("/").map(decodeURIComponent);
    const key = rest.join("/");
    const request = { index: requests.length, method, key, headers };
    requests.push(request);

    const reply = (
      status: number,
      fields: Record<string, string> = {},
      content: Uint8Array | string = "",
    ) => {
      response.writeHead(status, {
        date: new Date(nowMs()).toUTCString(),
        "content-length": String(Buffer.byteLength(content)),
        ...fields,
      });
      response.end(method === "HEAD" ? undefined : content);
    };
    const refuse = (status: number, code: string, more = "", fields: Record<string, string> = {}) =>
      reply(
        status,
        { "content-type": "application/xml", ...fields },
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>It says ${secretAccessKey} perhaps</Message>${more}</Error>`,
      );

    const fault = server.fault(request);
    if (fault?.kind === "stall") return;
    if (fault?.kind === "status") {
      const fields: Record<string, string> =
        fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
      return refuse(fault.status, fault.code ?? "InternalError", "", fields);
    }
    if (fault?.kind === "cut" && !fault.carriedOut) return void incoming.socket.destroy();

    const authorization = parseAuthorization(headers.authorization);
    if (!authorization) return refuse(403, "AccessDenied");
    if (authorization.accessKeyId !== accessKeyId) return refuse(403, "InvalidAccessKeyId");
    if (authorization.region !== region) {
      return refuse(400, "AuthorizationHeaderMalformed", `<Region>${region}</Region>`, {
        "x-amz-bucket-region": region,
      });
    }
    const unsigned = Object.keys(headers).filter(
      (name) => (name === "host" || name.startsWith("x-amz-")) && !authorization.signedHeaders.includes(name),
    );
    if (unsigned.length > 0) return refuse(403, "AccessDenied");
    const signature = expectedSignature({ method, target, headers }, authorization, secretAccessKey);
    if (signature !== authorization.signature) return refuse(403, "SignatureDoesNotMatch");
    if (Math.abs(parseDate(headers["x-amz-date"]) - nowMs()) > 15 * 60_000) {
      return refuse(403, "RequestTimeTooSkewed");
    }
    if (headers["x-amz-content-sha256"] !== sha256(body, "hex")) {
      return refuse(400, "XAmzContentSHA256Mismatch");
    }
    if (inBucket !== bucket) return refuse(404, "NoSuchBucket");
    if (!allowed.includes(method)) return refuse(403, "AccessDenied");

    const done = (finish: () => void) => (fault ? void incoming.socket.destroy() : finish());
    if (method === "PUT") {
      if (headers["content-length"] === undefined) return refuse(411, "MissingContentLength");
      const checksum = headers["x-amz-checksum-sha256"];
      if (checksum !== undefined && checksum !== sha256(body, "base64")) return refuse(400, "BadDigest");
      if (headers["if-none-match"] === "*" && objects.has(key)) return refuse(412, "PreconditionFailed");
      objects.set(key, body);
      server.onWrite(key);
      return done(() => reply(200, { etag: `"${createHash("md5").update(body).digest("hex")}"` }));
    }
    if (key === "") return done(() => reply(200, { "content-type": "application/xml" }, list(query)));
    const object = objects.get(key);
    if (!object) return refuse(404, "NoSuchKey");
    const fields: Record<string, string> = { etag: `"${createHash("md5").update(object).digest("hex")}"` };
    if (tellsChecksums && headers["x-amz-checksum-mode"] === "ENABLED") {
      fields["x-amz-checksum-sha256"] = sha256(object, "base64");
    }
    fields["content-length"] = String(object.length);
    return done(() => reply(200, fields, object));
  }

  function list(query: string): string {
    const parameters = new URLSearchParams(query);
    const prefix = parameters.get("prefix") ?? "";
    const after = parameters.get("continuation-token") ?? "";
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && `<${key}` > after).sort();
    const page = keys.slice(0, pageKeys);
    const truncated = keys.length > page.length;
    // A token with characters that XML must escape.
    const next = truncated ? `<NextContinuationToken>&lt;${page.at(-1)}</NextContinuationToken>` : "";
    const contents = page
      .map((key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)!.length}</Size></Contents>`)
      .join("");
    return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${truncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
  }

  const http = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: S3Server = {
    endpoint,
    bucket,
    objects,
    requests,
    fault: () => undefined,
    onWrite: () => {},
    environment: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: endpoint,
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

function sha256(bytes: Uint8Array, form: "hex" | "base64"): string {
  return createHash("sha256").update(bytes).digest(form);
}

/** `20261123T041500Z` in milliseconds since 1970. */
function parseDate(text = ""): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
