import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { registryKeys } from "@unpaired/core/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { readManifest } from "../read-published.ts";
import type { Registry } from "../registry.ts";
import { rollBack } from "../rollback.ts";
import { type S3Server, startS3Server } from "../testing/s3-server.ts";
import { tinyModel } from "../testing/tiny-model.ts";
import { writeToRegistry } from "../write-to-registry.ts";

const installed = spawnSync("python3", ["-c", "import boto3"]).status === 0;
const skipped = installed ? "" : " (skipped: python3 cannot import boto3)";

/** Amazon's own client, speaking to the same store. */
const program = `
import hashlib, json, sys, boto3
from botocore.config import Config
from botocore.exceptions import ClientError
endpoint, region, key_id, secret, todo, arguments = json.loads(sys.argv[1])
client = boto3.client("s3", endpoint_url=endpoint, region_name=region, aws_access_key_id=key_id, aws_secret_access_key=secret,
    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, request_checksum_calculation="when_required"))
def read():
    found = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="models", Prefix=arguments["prefix"]):
        for entry in page.get("Contents", []):
            body = client.get_object(Bucket="models", Key=entry["Key"], ChecksumMode="ENABLED")["Body"].read()
            assert len(body) == entry["Size"]
            found[entry["Key"]] = hashlib.sha256(body).hexdigest()
    return found
def write():
    try:
        client.put_object(Bucket="models", Key=arguments["key"], Body=arguments["text"].encode(), IfNoneMatch="*", ChecksumAlgorithm="SHA256")
        return "written"
    except ClientError as error:
        return error.response["Error"]["Code"]
print(json.dumps({"read": read, "write": write}[todo]()))
`;

let server: S3Server;
let registry: Registry;

beforeAll(async () => {
  server = await startS3Server({ pageKeys: 2 });
  registry = openRegistry("s3://models/deep/er", { directory: "/", environment: server.environment });
});
afterAll(() => server.close());

async function boto3(
  todo: "read" | "write",
  options: Record<string, string>,
  secret = server.environment.AWS_SECRET_ACCESS_KEY,
) {
  const { AWS_REGION, AWS_ACCESS_KEY_ID } = server.environment;
  const all = [server.endpoint, AWS_REGION, AWS_ACCESS_KEY_ID, secret, todo, options];
  const { stdout } = await promisify(execFile)("python3", ["-c", program, JSON.stringify(all)]);
  return JSON.parse(stdout) as unknown;
}

test.skipIf(!installed)(`Amazon's client reads what was published${skipped}`, async () => {
  const [manifest] = await writeToRegistry(registry, [tinyModel("summer2winter", "v1")]);
  const found = (await boto3("read", { prefix: "deep/er/" })) as Record<string, string>;
  for (const { key, sha256 } of [manifest!.files.model, ...manifest!.files.weights]) {
    expect(found[`deep/er/${key}`]).toBe(sha256);
  }
  expect(Object.keys(found)).toHaveLength(5);
});

test.skipIf(!installed)(`what Amazon's client wrote is read, and not overwritten${skipped}`, async () => {
  const manifest = { ...(await readManifest(registry, "summer2winter", "v1")), version: "v0" };
  const key = registryKeys.manifest("summer2winter", "v0");
  const text = JSON.stringify(manifest);
  expect(await boto3("write", { key: `deep/er/${key}`, text })).toBe("written");
  expect(await boto3("write", { key: `deep/er/${key}`, text })).toBe("PreconditionFailed");
  expect(await registry.putNew(key, new TextEncoder().encode("another"))).toBe(false);
  expect(await rollBack({ registry, id: "summer2winter", verify: true })).toMatchObject({
    from: "v1",
    to: "v0",
  });
});

test.skipIf(!installed)(`the store takes no signature but the right one${skipped}`, async () => {
  expect(await boto3("write", { key: "x", text: "y" }, "another")).toBe("SignatureDoesNotMatch");
});
