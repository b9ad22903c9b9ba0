import { describe, expect, test } from "vitest";
import { openRegistry } from "./open-registry.ts";
import { parseRegistryPlace } from "./registry-place.ts";

test.each([
  [
    "r2://unpaired-registry",
    { kind: "r2", bucket: "unpaired-registry", prefix: "", name: "r2://unpaired-registry" },
  ],
  ["s3://b.c/", { kind: "s3", bucket: "b.c", prefix: "", name: "s3://b.c" }],
  ["S3://abc/x/Y_1/", { kind: "s3", bucket: "abc", prefix: "x/Y_1/", name: "s3://abc/x/Y_1" }],
  ["registry", { kind: "directory", path: "/work/registry" }],
  ["/srv/r2", { kind: "directory", path: "/srv/r2" }],
])("%s names a registry", (text, place) => {
  expect(parseRegistryPlace(text, "/work")).toEqual(place);
});

test.each([
  ["", /is empty/],
  ["gs://bucket", /gs:\/\/bucket is no registry known here; give r2:\/\/BUCKET/],
  ["s3://", /"" in s3:\/\/ is no bucket's name/],
  ["s3://UPPER", /"UPPER"/],
  ["s3://a", /3 to 63/],
  ["r2://abc/../def", /prefix in r2:\/\/abc\/\.\.\/def/],
  ["r2://abc//def", /single slashes/],
  ["r2://abc/d e", /prefix/],
])("%j names none", (text, message) => {
  expect(() => parseRegistryPlace(text, "/work")).toThrow(message);
  expect(() => parseRegistryPlace(text, "/work")).toThrow(
    expect.objectContaining({ code: "invalid_registry" }),
  );
});

test("credentials in a name are refused and not repeated", () => {
  const parse = () => parseRegistryPlace("s3://AKID:hush-hush@bucket", "/work");
  expect(parse).toThrow(expect.objectContaining({ code: "credentials_on_command_line" }));
  expect(parse).not.toThrow(/hush-hush|AKID/);
});

describe("the store of a bucket", () => {
  const aws = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "hush-hush" };
  const account = "0123456789abcdef0123456789abcdef";

  async function requested(
    text: string,
    environment: Record<string, string>,
    endpoint?: string,
  ): Promise<{ url: string; headers: Headers }> {
    const sent: { url: string; headers: Headers }[] = [];
    const send: typeof fetch = async (url, init) => {
      sent.push({ url: String(url), headers: new Headers(init?.headers) });
      return new Response("x");
    };
    const world = { fetch: send, nowMs: () => Date.UTC(2026, 0, 2) };
    const registry = openRegistry(text, { directory: "/", environment, endpoint, world });
    await registry.read("models/m/v.json", { maxBytes: 10 });
    return sent[0]!;
  }

  test.each<[string, Record<string, string>, string | undefined, string, string]>([
    [
      "r2://abc",
      { CLOUDFLARE_ACCOUNT_ID: account, ...aws },
      undefined,
      `https://${account}.r2.cloudflarestorage.com/abc/models/m/v.json`,
      "AKID/20260102/auto/s3",
    ],
    [
      "r2://abc",
      {
        AWS_REGION: "us-east-1",
        R2_ACCESS_KEY_ID: "R2ID",
        R2_SECRET_ACCESS_KEY: "hush",
        CLOUDFLARE_ACCOUNT_ID: account,
        ...aws,
      },
      `https://${account}.eu.r2.cloudflarestorage.com/`,
      `https://${account}.eu.r2.cloudflarestorage.com/abc/models/m/v.json`,
      "R2ID/20260102/auto/s3",
    ],
    [
      "s3://abc/p",
      { AWS_REGION: "eu-central-1", ...aws },
      undefined,
      "https://abc.s3.eu-central-1.amazonaws.com/p/models/m/v.json",
      "AKID/20260102/eu-central-1/s3",
    ],
    [
      "s3://a.b.c",
      { AWS_DEFAULT_REGION: "eu-west-1", ...aws },
      undefined,
      "https://s3.eu-west-1.amazonaws.com/a.b.c/models/m/v.json",
      "AKID/20260102/eu-west-1/s3",
    ],
    [
      "s3://abc",
      { AWS_ENDPOINT_URL_S3: "http://localhost:9000", ...aws },
      undefined,
      "http://localhost:9000/abc/models/m/v.json",
      "AKID/20260102/us-east-1/s3",
    ],
  ])("%s with %o", async (text, environment, endpoint, url, scope) => {
    const request = await requested(text, environment, endpoint);
    expect(request.url).toBe(url);
    expect(request.headers.get("authorization")).toContain(`Credential=${scope}/aws4_request`);
  });

  test("a session token is sent", async () => {
    const environment = { ...aws, AWS_SESSION_TOKEN: "token", AWS_REGION: "eu-west-1" };
    const { headers } = await requested("s3://abc", environment);
    expect(headers.get("x-amz-security-token")).toBe("token");
    expect(headers.get("authorization")).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
  });

  test.each<[string, Record<string, string>, string | undefined, string, RegExp]>([
    ["r2://abc", aws, undefined, "no_endpoint", /set CLOUDFLARE_ACCOUNT_ID, or give --endpoint/],
    ["r2://abc", { ...aws, CLOUDFLARE_ACCOUNT_ID: "me" }, undefined, "no_endpoint", /32 hex digits/],
    ["r2://abc", { CLOUDFLARE_ACCOUNT_ID: account }, undefined, "no_credentials", /set R2_ACCESS_KEY_ID/],
    [
      "s3://abc",
      { AWS_REGION: "eu-west-1" },
      undefined,
      "no_credentials",
      /set AWS_ACCESS_KEY_ID and AWS_SEC/,
    ],
    ["s3://abc", aws, undefined, "no_region", /set AWS_REGION/],
    ["s3://abc", { ...aws, AWS_REGION: "eu west" }, undefined, "no_region", /"eu west"/],
    ["s3://abc", aws, "ftp://host", "invalid_endpoint", /address of a store alone/],
    ["s3://abc", aws, "https://id:hush-hush@host", "invalid_endpoint", /credentials/],
    ["s3://abc", aws, "https://host/path", "invalid_endpoint", /without a path/],
    ["folder", aws, "https://host", "invalid_endpoint", /leave it out for a folder/],
  ])("%s with %o and endpoint %s is not found", (text, environment, endpoint, code, message) => {
    const open = () => openRegistry(text, { directory: "/", environment, endpoint });
    expect(open).toThrow(expect.objectContaining({ code }));
    expect(open).toThrow(message);
    expect(open).not.toThrow(/hush-hush/);
  });
});
