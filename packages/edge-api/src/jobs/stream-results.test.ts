import { jobResultSchema } from "@unpaired/core/contracts";
import { describe, expect, it } from "vitest";
import type { ResultRow } from "./job-rows.ts";
import { streamResults } from "./stream-results.ts";

const row = (sequence: number): ResultRow => ({
  job_id: "9f86d081884c7d659a2feaa0c55ad015",
  place: sequence - 1,
  name: null,
  state: "failed",
  sequence,
  format: null,
  width: null,
  height: null,
  bytes: null,
  domain_score: null,
  code: "not_found",
  detail: "There is no such object.",
});

/** A store of so many results, and how many were asked for so far. */
function storeOf(count: number) {
  let read = 0;
  return {
    read: () => read,
    async results(_: string, after: number, limit: number): Promise<ResultRow[]> {
      const rows = Array.from({ length: Math.max(0, Math.min(limit, count - after)) }, (_, index) =>
        row(after + index + 1),
      );
      read += rows.length;
      return rows;
    },
  };
}

describe("streamResults", () => {
  it.each([
    [0, 0],
    [1, 0],
    [999, 998],
    [1_000, 0],
    [2_500, 3],
  ])("gives all of %i results behind %i, in their order", async (count, after) => {
    const text = await new Response(streamResults(storeOf(count), "job", after)).text();
    const lines = text.split("\n").slice(0, -1);
    const sequences = lines.map((line) => jobResultSchema.parse(JSON.parse(line)).sequence);
    expect(sequences).toEqual(Array.from({ length: count - after }, (_, index) => after + index + 1));
  });

  it("reads no further than its reader", async () => {
    const store = storeOf(1_000_000);
    const reader = streamResults(store, "job", 0).getReader();
    await reader.read();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.read()).toBeLessThanOrEqual(3_000);
    await reader.cancel();
  });
});
