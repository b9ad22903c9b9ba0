import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { type S3Server, type S3ServerOptions, startS3Server } from "../testing/s3-server.ts";

let server: S3Server | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Case {
  readonly what: string;
  readonly server?: S3ServerOptions;
  readonly place?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly fault?: S3Server["fault"];
  readonly code: string;
  readonly message: RegExp;
}

const hourAhead = () => Date.now() + 3_600_000;

const cases: readonly Case[] = [
  {
    what: "another bucket",
    place: "s3://elsewhere",
    code: "bucket_not_found",
    message: /no bucket elsewhere at 127\.0\.0\.1:\d+; create it/,
  },
  {
    what: "another region",
    environment: { AWS_REGION: "us-west-2" },
    code: "wrong_region",
    message: /is in region eu-central-1, not us-west-2; set AWS_REGION=eu-central-1\./,
  },
  {
    what: "a clock that is behind",
    server: { nowMs: hourAhead },
    code: "clock_skew",
    message: /60 minutes behind the store's; set it/,
  },
  {
    what: "an unknown key",
    environment: { AWS_ACCESS_KEY_ID: "AKUNKNOWN" },
    code: "credentials_refused",
    message: /check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\./,
  },
  {
    what: "a secret that does not fit",
    environment: { AWS_SECRET_ACCESS_KEY: "hush-hush" },
    code: "credentials_refused",
    message: /the secret does not fit/,
  },
  {
    what: "a key that may only read",
    server: { allowed: ["GET", "HEAD"] },
    code: "forbidden",
    message: /may not write bucket models; give them read and write access/,
  },
  {
    what: "an expired token",
    fault: () => ({ kind: "status", status: 400, code: "ExpiredToken" }),
    code: "credentials_expired",
    message: /get new credentials/,
  },
  {
    what: "a bucket that moved",
    fault: () => ({ kind: "status", status: 301, code: "PermanentRedirect" }),
    code: "wrong_region",
    message: /set AWS_REGION to its region/,
  },
  {
    what: "anything else",
    fault: () => ({ kind: "status", status: 405, code: "MethodNotAllowed" }),
    code: "registry_refused",
    message: /refused to write bucket models: 405 \(MethodNotAllowed\)/,
  },
];

test.each(cases)("one sentence for $what", async ({ code, message, ...given }) => {
  server = await startS3Server(given.server);
  if (given.fault) server.fault = given.fault;
  const environment = { ...server.environment, ...given.environment };
  const registry = openRegistry(given.place ?? "s3://models", { directory: "/", environment });
  const error: unknown = await registry.putPointer("models/m/latest.json", Uint8Array.of(1)).catch((e) => e);
  expect(error).toMatchObject({ name: "RegistryError", code, message: expect.stringMatching(message) });
  const told = `${String(error)} ${JSON.stringify(error)}`;
  for (const secret of [environment.AWS_SECRET_ACCESS_KEY!, environment.AWS_ACCESS_KEY_ID!]) {
    expect(told).not.toContain(secret);
  }
  expect((error as Error).message.match(/\.(\s|$)/g)).toHaveLength(1);
  expect(server.requests).toHaveLength(1);
});

test("one sentence for a store that is not there", async () => {
  const gone = await startS3Server();
  await gone.close();
  const registry = openRegistry("s3://models", {
    directory: "/",
    environment: gone.environment,
    world: { sleep: async () => {} },
  });
  await expect(registry.list("models/")).rejects.toMatchObject({
    code: "registry_unreachable",
    message: expect.stringMatching(
      /cannot be reached \(ECONNREFUSED\); check the endpoint and the network\.$/,
    ),
  });
});

test.each([
  [404, "<html>not here</html>"],
  [200, "<html>welcome</html>"],
])("one sentence for a web server that is no store (%i)", async (status, page) => {
  const web = createServer((_, response) => void response.writeHead(status).end(page));
  await new Promise<void>((resolve) => void web.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const environment = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  const registry = openRegistry("s3://models", { directory: "/", environment, endpoint });
  await expect(registry.list("models/")).rejects.toMatchObject({
    code: "no_store",
    message: expect.stringMatching(/check the endpoint\.$/),
  });
  web.close();
  web.closeAllConnections();
});
