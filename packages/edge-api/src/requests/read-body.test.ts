import { describe, expect, it } from "vitest";
import { readBody } from "./read-body.ts";

/** A request whose body comes in these chunks, then ends, fails or stays open. */
function requestOf(
  chunks: readonly number[],
  end: "end" | "fail" | "stay" = "end",
  declared?: number,
): Request {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = chunks[sent++];
      if (bytes !== undefined) controller.enqueue(new Uint8Array(bytes).fill(sent));
      else if (end === "end") controller.close();
      else if (end === "fail") controller.error(new TypeError("connection lost"));
      else await new Promise(() => {});
    },
  });
  const headers: HeadersInit = declared === undefined ? {} : { "content-length": String(declared) };
  const init = { method: "POST", headers, body, duplex: "half" };
  return new Request("http://service/translate", init as RequestInit);
}

describe("readBody", () => {
  it.each([undefined, 200_003])("joins what comes, of declared length %s", async (declared) => {
    const bytes = await readBody(requestOf([1, 100_000, 2, 100_000], "end", declared), 300_000);
    expect(bytes.length).toBe(200_003);
    expect([bytes[0], bytes[1], bytes[100_001], bytes[100_003], bytes[200_002]]).toEqual([1, 2, 3, 4, 4]);
    expect(bytes.buffer.byteLength).toBe(200_003);
  });

  it("says what it holds before it holds it: what was declared, or up to thrice what has come", async () => {
    const chunks = Array.from({ length: 30 }, () => 50_000);
    const held: number[] = [];
    const hold = (bytes: number) => void held.push(bytes);
    await readBody(requestOf(chunks, "end", 1_500_000), 2_000_000, { hold });
    expect(held).toEqual([1_500_000]);
    held.length = 0;
    await readBody(requestOf(chunks), 2_000_000, { hold });
    expect(held.at(-1)).toBe(1_500_000);
    expect(Math.max(...held)).toBeLessThan(3 * 1_500_000);
  });

  it("stops where holding is refused, and says so", async () => {
    const refusal = new Error("no room");
    const hold = (bytes: number) => {
      if (bytes > 100_000) throw refusal;
    };
    await expect(readBody(requestOf([90_000, 90_000]), 300_000, { hold })).rejects.toBe(refusal);
  });

  it("does not wait for ever for a sender that stops", async () => {
    const reading = readBody(requestOf([10], "stay", 100), 300, { mostPauseMs: 30 });
    await expect(reading).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("tells the caller's cure for a body that is missing or too large, and the truth of one that stopped", async () => {
    const cures = { missing: "send the job in it", tooLarge: "list the images instead" };
    const messageOf = (request: Request, mostPauseMs?: number) =>
      readBody(request, 50, { cures, ...(mostPauseMs && { mostPauseMs }) }).then(
        String,
        (error: Error) => error.message,
      );
    expect(await messageOf(new Request("http://service/jobs", { method: "POST" }))).toMatch(
      /no body; send the job in it\.$/,
    );
    expect(await messageOf(requestOf([]))).toBe("The body is empty; send the job in it.");
    expect(await messageOf(requestOf([60]))).toBe("The body is more than 50 bytes; list the images instead.");
    expect(await messageOf(requestOf([10], "stay"), 30)).toMatch(/stopped arriving/);
    expect(await messageOf(requestOf([10], "fail"))).toMatch(/ended before it was whole/);
  });

  it("takes a connection that ends early for the sender's end, not for a failure of the service", async () => {
    await expect(readBody(requestOf([10], "fail", 100), 300)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  it("reads no more than the limit", async () => {
    await expect(readBody(requestOf([200, 101]), 300)).rejects.toMatchObject({ code: "image_too_large" });
    expect((await readBody(requestOf([200, 100]), 300)).length).toBe(300);
  });
});
