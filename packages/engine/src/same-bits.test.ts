import { createHash } from "node:crypto";
import { mobileResnetGenerator, type NetworkSpec, resnetGenerator, unetGenerator } from "@unpaired/core";
import { expect, test } from "vitest";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import { noiseImage, publish } from "./testing/models.ts";

const binaries = await readEngineBinaries();

async function digestOf(spec: NetworkSpec): Promise<string> {
  const session = await createSession(publish(spec, { quantization: "uint8" }), { binaries });
  const { data } = await session.run(noiseImage(64, 64));
  session.dispose();
  return createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex").slice(0, 16);
}

/*
 * Integer arithmetic gives these bits on every machine, in every runtime, run after run. A change of the kernels may change
 * them; nothing else may.
 */
test.each([
  ["ResNet", resnetGenerator({ filters: 16, blocks: 2 }), "89fe002cc9a5cb29"],
  ["mobile ResNet", mobileResnetGenerator({ filters: 16, blocks: 2 }), "ee1a9e17b93be2ae"],
  ["U-Net", unetGenerator({ filters: 8, depth: 6 }), "638bfb3fa40ab1fd"],
])("a %s gives the bits it gave elsewhere", async (_, spec, expected) => {
  expect(await digestOf(spec)).toBe(expected);
  expect(await digestOf(spec)).toBe(expected);
});
