import { describe, expect, it } from "vitest";
import { retryDelaySeconds } from "./consume.ts";
import type { JobRow } from "./job-rows.ts";
import type { JobStore } from "./job-store.ts";
import type { JobMessage } from "./messages.ts";
import { resendPending, STALLED_MS } from "./resend.ts";

const id = "9f86d081884c7d659a2feaa0c55ad015";

async function resend(count: number, from: number, status: JobRow["status"] = "running") {
  const sent: JobMessage[] = [];
  const store = {
    get: async () => ({ status }),
    pending: async (_: string, from: number, limit: number) =>
      Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, index) => from + index),
  } as unknown as JobStore;
  let largest = 0;
  const queue = {
    async sendBatch(messages: readonly { readonly body: unknown }[]) {
      largest = Math.max(largest, messages.length);
      sent.push(...messages.map(({ body }) => body as JobMessage));
    },
  };
  await resendPending({ store, queue }, id, from);
  expect(largest).toBeLessThanOrEqual(100);
  return sent;
}

describe("resendPending", () => {
  it.each([0, 1, 1_000, 2_345])("sends a message for each of %i images", async (count) => {
    const sent = await resend(count, 0);
    expect(sent).toEqual(
      Array.from({ length: count }, (_, index) => ({ type: "translate", job: id, index })),
    );
  });

  it("leaves what is beyond ten thousand to another message", async () => {
    const sent = await resend(25_000, 5_000);
    expect(sent).toHaveLength(10_001);
    expect(sent.at(-1)).toEqual({ type: "resend", job: id, from: 15_000 });
  });

  it("sends nothing of a job that is over", async () => {
    for (const status of ["done", "cancelled", "failed"] as const) {
      expect(await resend(10, 0, status)).toEqual([]);
    }
  });
});

describe("waiting between tries", () => {
  it("doubles, and stays far below what the sweep calls stalled", () => {
    expect([1, 2, 3, 7, 8, 9, 100].map(retryDelaySeconds)).toEqual([4, 8, 16, 256, 512, 600, 600]);
    expect(retryDelaySeconds(100) * 2_000).toBeLessThan(STALLED_MS);
  });
});
