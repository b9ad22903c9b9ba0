import { describe, expect, it } from "vitest";
import { createTurnstile } from "./turnstile.ts";

const forEver = () => new Promise<never>(() => {});

describe("createTurnstile", () => {
  it("lets one through at a time", async () => {
    const turnstile = createTurnstile({ nowMs: Date.now });
    let inside = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        turnstile.pass(async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 3));
          inside--;
          return index;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("opens again after a failure", async () => {
    const turnstile = createTurnstile({ nowMs: Date.now });
    await expect(turnstile.pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await turnstile.pass(async () => "yes")).toBe("yes");
  });

  it("turns away whom it has no room for, and whoever waits too long", async () => {
    const turnstile = createTurnstile({ mostWaiting: 1, mostWaitMs: 40, nowMs: Date.now });
    void turnstile.pass(forEver);
    const waiting = turnstile.pass(async () => "late");
    await expect(turnstile.pass(async () => "never")).rejects.toMatchObject({ code: "model_unavailable" });
    await expect(waiting).rejects.toMatchObject({ code: "model_unavailable" });
  });

  it("is not kept shut by work that never ends", async () => {
    let nowMs = 0;
    const turnstile = createTurnstile({ mostWaitMs: 120_000, nowMs: () => nowMs });
    void turnstile.pass(forEver);
    const next = turnstile.pass(async () => "through");
    nowMs = 60_001;
    expect(await next).toBe("through");
  });
});
