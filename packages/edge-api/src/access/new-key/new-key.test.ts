import { describe, expect, it } from "vitest";
import { parseApiKeys } from "../api-keys.ts";
import { findKey } from "../find-key.ts";
import { newKey } from "./new-key.ts";

async function run(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await newKey(args, {
    write: (line) => lines.push(line),
    writeError: (line) => errors.push(line),
  });
  return { code, lines, errors };
}

describe("new-key", () => {
  it("prints a key and the entry that lets it in", async () => {
    const { code, lines } = await run("web", "summer2winter");
    expect(code).toBe(0);
    const [, key, , entry] = lines;
    const found = await findKey(parseApiKeys(`[${entry}]`), key!);
    expect(found!.keyId).toBe("web");
    expect([found!.mayUse("summer2winter"), found!.mayUse("winter2summer")]).toEqual([true, false]);
    expect(entry).not.toContain(key);
  });

  it("makes a key for every model when none is named", async () => {
    const { lines } = await run("web");
    expect(Object.keys(JSON.parse(lines[3]!))).toEqual(["id", "sha256"]);
  });

  it.each([
    [[], 'id is ""'],
    [["Two words"], 'id is "Two words"'],
    [["--colour"], 'id is "--colour"'],
    [["web", "../x"], '"../x" is no model id'],
  ])("answers %j with one sentence and exit code 2", async (args, sentence) => {
    const { code, lines, errors } = await run(...args);
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(errors).toEqual([expect.stringContaining(sentence)]);
  });

  it("explains itself", async () => {
    const { code, lines } = await run("--help");
    expect(code).toBe(0);
    expect(lines[0]).toContain("new-key ID [MODEL…]");
  });
});
