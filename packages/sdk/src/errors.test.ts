import { expect, test, vi } from "vitest";
import { ApiError, NotFoundError, RateLimitError } from "./api-error.ts";
import {
  AbortedError,
  InvalidArgumentError,
  MalformedAnswerError,
  TimeoutError,
  UnpairedError,
} from "./errors.ts";

const notFound = new NotFoundError("no such model", { code: "model_not_found", status: 404 });

test("isInstance asks for the class it is called on", () => {
  expect(UnpairedError.isInstance(notFound)).toBe(true);
  expect(ApiError.isInstance(notFound)).toBe(true);
  expect(NotFoundError.isInstance(notFound)).toBe(true);
  expect(RateLimitError.isInstance(notFound)).toBe(false);
  expect(ApiError.isInstance(new TimeoutError("slow"))).toBe(false);
});

test.each([undefined, null, "error", 4, {}, new Error("other"), { name: "UnpairedError", code: "x" }])(
  "%j is not an UnpairedError",
  (value) => {
    expect(UnpairedError.isInstance(value)).toBe(false);
  },
);

test("an error of another copy of the package is recognised", async () => {
  vi.resetModules();
  const copy = await import("./api-error.ts");
  const foreign = new copy.RateLimitError("slow down", { code: "rate_limited", status: 429 });
  expect(foreign).not.toBeInstanceOf(UnpairedError);
  expect(UnpairedError.isInstance(foreign)).toBe(true);
  expect(RateLimitError.isInstance(foreign)).toBe(true);
  expect(NotFoundError.isInstance(foreign)).toBe(false);
});

test("a caller's own subclass is recognised with its parents", () => {
  class QuotaError extends ApiError {
    static override readonly brand = "QuotaError";
  }
  const error = new QuotaError("used up", { code: "rate_limited", status: 429 });
  expect(error.name).toBe("QuotaError");
  expect(QuotaError.isInstance(error)).toBe(true);
  expect(ApiError.isInstance(error)).toBe(true);
  expect(QuotaError.isInstance(notFound)).toBe(false);
});

test("errors carry name, code, cause and whether trying again makes sense", () => {
  const cause = new Error("why");
  expect(new InvalidArgumentError("bad", { cause })).toMatchObject({
    name: "InvalidArgumentError",
    code: "invalid_argument",
    isRetryable: false,
    cause,
  });
  expect(new TimeoutError("slow")).toMatchObject({ code: "timeout", isRetryable: true });
  expect(new AbortedError("gone")).toMatchObject({ code: "aborted", isRetryable: false });
  expect("cause" in new AbortedError("gone")).toBe(false);
});

test("toJSON leaves out the cause", () => {
  const error = new MalformedAnswerError("odd", { status: 200, requestId: "r", cause: new Error("secret") });
  expect(error.toJSON()).toEqual({
    name: "MalformedAnswerError",
    code: "malformed_answer",
    message: "odd",
    isRetryable: false,
    status: 200,
    requestId: "r",
  });
});
