import { afterEach, expect, test, vi } from "vitest";
import { UnpairedError } from "./errors.ts";
import { createClient, imageAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
afterEach(() => vi.unstubAllGlobals());

async function translated() {
  serve("/translate", () => imageAnswer());
  return createClient().client.translate(images.png, { model: "m" });
}

test("an object URL leads to the image until it is revoked", async () => {
  const url = await (await translated()).objectUrl();
  expect(`${url}`).toBe(url.href);
  const response = await fetch(url.href);
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(images.png);
  url.revoke();
  await expect(fetch(url.href)).rejects.toThrow();
  url.revoke();
});

test("an object URL is gone at the end of its block", async () => {
  const result = await translated();
  let href: string;
  {
    using url = await result.objectUrl();
    href = url.href;
    expect((await fetch(href)).ok).toBe(true);
  }
  await expect(fetch(href)).rejects.toThrow();
});

test("where there are no object URLs, the error says what to do instead", async () => {
  const result = await translated();
  vi.stubGlobal("URL", class extends URL {});
  Object.defineProperty(URL, "createObjectURL", { value: undefined });
  const error = await result.objectUrl().catch((error) => error);
  expect(UnpairedError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ code: "unsupported_platform", isRetryable: false });
});

test("where nothing decodes images, imageData says what to do instead", async () => {
  const error = await (await translated()).imageData().catch((error) => error);
  expect(UnpairedError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ code: "unsupported_platform" });
  expect(error.message).toContain("sharp");
});
