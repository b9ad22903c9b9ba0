import { describe, expect, it } from "vitest";
import { negotiate } from "./negotiate.ts";

describe("negotiate", () => {
  it.each([
    [null, "webp", false],
    ["*/*", "webp", false],
    ["image/*", "webp", false],
    ["image/png", "png", false],
    ["image/jpg", "jpeg", false],
    ["image/png;q=0.2, image/jpeg;q=0.8", "jpeg", false],
    ["image/png, image/*;q=0.5", "png", false],
    ["image/webp;q=0, image/*", "png", false],
    ["image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "webp", false],
    ["text/html, */*;q=0.1", "webp", false],
    ["application/json", "webp", true],
    ["application/json, text/plain, */*", "webp", true],
    ["application/json;q=0.5, image/png", "png", false],
    ["application/json, image/png;q=0.5", "png", true],
  ])("answers accept: %s for a WebP with %s (JSON: %s)", (accept, format, asJson) => {
    expect(negotiate(accept, undefined)("webp")).toEqual({ format, asJson });
  });

  it("lets format win over accept", () => {
    expect(negotiate("image/png", "jpeg")("webp")).toEqual({ format: "jpeg", asJson: false });
    expect(negotiate("text/html", "jpeg")("webp")).toEqual({ format: "jpeg", asJson: false });
    expect(negotiate("application/json", "jpeg")("webp")).toEqual({ format: "jpeg", asJson: true });
  });

  it.each(["text/html", "image/gif", "*/*;q=0", "image/png;q=nonsense", "nonsense"])(
    "refuses accept: %s",
    (accept) => {
      expect(() => negotiate(accept, undefined)).toThrow(expect.objectContaining({ code: "not_acceptable" }));
    },
  );
});
