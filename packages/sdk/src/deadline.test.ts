import { getEventListeners } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { sleep, withDeadline } from "./deadline.ts";
import { AbortedError, TimeoutError } from "./errors.ts";
import { createClient, imageAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
afterEach(() => vi.useRealTimers());
const never = () => new Promise<never>(() => {});

test("a signal that aborted before the call lets nothing out", async () => {
  const received = serve("/translate", () => imageAnswer());
  const signal = AbortSignal.abort("too late");
  const error = await createClient()
    .client.translate(images.png, { model: "m", signal })
    .catch((error) => error);
  expect(error).toMatchObject({
    name: "AbortedError",
    code: "aborted",
    cause: "too late",
    isRetryable: false,
  });
  expect(received).toHaveLength(0);
});

test("an abort while the server thinks ends the call, once", async () => {
  const received = serve("/translate", never);
  const controller = new AbortController();
  const call = createClient().client.translate(images.png, { model: "m", signal: controller.signal });
  call.catch(() => {});
  await expect.poll(() => received.length).toBe(1);
  controller.abort();
  await expect(call).rejects.toThrow(AbortedError);
  expect(received).toHaveLength(1);
});

test("a fetch that ignores its signal cannot hold the call", async () => {
  const { client } = createClient({ fetch: never, maxRetries: 0 });
  await expect(client.health({ timeoutMs: 20 })).rejects.toThrow(TimeoutError);
  await expect(client.health({ signal: AbortSignal.timeout(20) })).rejects.toThrow(AbortedError);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
  "a call's timeoutMs of %d is refused",
  async (timeoutMs) => {
    const received = serve("/health", () => Response.error());
    await expect(createClient().client.health({ timeoutMs })).rejects.toThrow(`timeoutMs is ${timeoutMs}`);
    expect(received).toHaveLength(0);
  },
);

test("work is told that time is up", async () => {
  let told: unknown;
  const work = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => {
      told = signal.reason;
    });
    return never();
  };
  await expect(withDeadline(work, { timeoutMs: 10, source: "work" })).rejects.toThrow(TimeoutError);
  expect(told).toBeInstanceOf(TimeoutError);
});

test.each<[string, () => Promise<unknown>]>([
  ["succeeds", async () => "done"],
  ["fails", async () => Promise.reject(new Error("no"))],
])("work that %s leaves no timer and no listener behind", async (_, work) => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  await withDeadline(work, { timeoutMs: 1000, signal, source: "work" }).catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("sleep resolves in time and cleans up", async () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  let woken = false;
  const nap = sleep(1000, signal).then(() => {
    woken = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(woken).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await nap;
  expect(woken).toBe(true);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("sleep under an aborted signal does not start", async () => {
  vi.useFakeTimers();
  await expect(sleep(1000, AbortSignal.abort("why"))).rejects.toMatchObject({
    code: "aborted",
    cause: "why",
  });
  expect(vi.getTimerCount()).toBe(0);
});
