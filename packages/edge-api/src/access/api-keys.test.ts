import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseApiKeys } from "./api-keys.ts";

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const one = { id: "one", sha256: sha256("one") };
const two = { id: "two", sha256: sha256("two"), models: ["summer2winter", "winter2summer"] };

describe("parseApiKeys", () => {
  it("reads ids, hashes and the models a key is for", () => {
    const [first, second] = parseApiKeys(JSON.stringify([one, two]));
    expect(first!.keyId).toBe("one");
    expect(Buffer.from(first!.hash).toString("hex")).toBe(one.sha256);
    expect(first!.mayUse("anything")).toBe(true);
    expect(["summer2winter", "winter2summer", "horse2zebra"].map(second!.mayUse)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ["up_a-key-as-it-is", "API_KEYS is not JSON"],
    ['{"one":"x"}', "API_KEYS must be a JSON array"],
    ["[]", "API_KEYS must hold a key"],
    ['["up_a-key-as-it-is"]', "API_KEYS[0] must be an object"],
    [JSON.stringify([one, { ...two, id: "Two words" }]), "API_KEYS[1].id must be"],
    [JSON.stringify([{ sha256: one.sha256 }]), "API_KEYS[0].id"],
    [JSON.stringify([{ ...one, sha256: "up_a-key-as-it-is" }]), "API_KEYS[0].sha256 must be 64"],
    [JSON.stringify([{ ...one, sha256: one.sha256.toUpperCase() }]), "API_KEYS[0].sha256 must be 64"],
    [JSON.stringify([{ ...one, models: [] }]), "API_KEYS[0].models must list"],
    [JSON.stringify([{ ...one, models: "summer2winter" }]), "API_KEYS[0].models must list"],
    [JSON.stringify([{ ...one, models: ["../x"] }]), "API_KEYS[0].models[0]"],
    [JSON.stringify([{ ...one, "up_a-key-as-it-is": 1 }]), "API_KEYS[0] must be an object of"],
    [JSON.stringify([one, { ...two, id: "one" }]), "API_KEYS[0] and [1] have the same id"],
    [JSON.stringify([one, { ...two, sha256: one.sha256 }]), "API_KEYS[0] and [1] have the same sha256"],
  ])("refuses %s in one sentence that gives nothing away", (json, sentence) => {
    const error = thrownBy(() => parseApiKeys(json));
    expect(error).toMatchObject({ name: "AccessError", code: "service_misconfigured" });
    expect(error.message).toContain(sentence);
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(
      /a-key-as-it-is|[0-9a-f]{64}/i,
    );
  });
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}
