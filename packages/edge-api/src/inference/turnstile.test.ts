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
    await new Promise<void>((inside) => {
      void turnstile.pass(() => {
        inside();
        return forEver();
      });
    });
    const next = turnstile.pass(async () => "through");
    nowMs = 60_001;
    expect(await next).toBe("through");
  });

  it("lets them through in the order they came, and nobody past the queue", async () => {
    const turnstile = createTurnstile({ nowMs: Date.now });
    const order: number[] = [];
    const one = (index: number) =>
      turnstile.pass(async () => {
        order.push(index);
        await new Promise((resolve) => setTimeout(resolve, 2));
        // Whoever comes while others wait, comes last.
        if (index === 0) late = one(9);
      });
    let late: Promise<void> | undefined;
    await Promise.all([0, 1, 2, 3].map(one));
    await late;
    expect(order).toEqual([0, 1, 2, 3, 9]);
  });

  it("frees the place of who goes away, and never begins its work", async () => {
    const turnstile = createTurnstile({ mostWaiting: 2, nowMs: Date.now });
    const inside = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const first = turnstile.pass(() => {
      inside.resolve();
      return end.promise;
    });
    await inside.promise;
    const caller = new AbortController();
    let begun = false;
    const gone = turnstile.pass(async () => {
      begun = true;
    }, caller.signal);
    const waiting = turnstile.pass(async () => "waited");
    await expect(turnstile.pass(async () => "too many")).rejects.toMatchObject({
      code: "model_unavailable",
    });
    caller.abort();
    await expect(gone).rejects.toMatchObject({ code: "invalid_request" });
    // Two may wait: there is room again although the first is still inside.
    const another = turnstile.pass(async () => "came later");
    end.resolve();
    await first;
    expect(await Promise.all([waiting, another])).toEqual(["waited", "came later"]);
    expect(begun).toBe(false);
  });

  it("begins nothing for who was gone before it came", async () => {
    const turnstile = createTurnstile({ nowMs: Date.now });
    const work = async () => "work";
    await expect(turnstile.pass(work, AbortSignal.abort())).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect(await turnstile.pass(work)).toBe("work");
  });
});
