import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invert, publishModel } from "../../test/publish-model.ts";
import { serve } from "./serve.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-serve-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(
  args: readonly string[],
  untilStopped: (lines: string[]) => Promise<void> = async () => {},
) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await serve(args, {
    workingDirectory: tmpdir(),
    write: (line) => lines.push(line),
    writeError: (line) => errors.push(line),
    untilStopped: () => untilStopped(lines),
  });
  return { code, lines, errors };
}

describe("serve", () => {
  it("tells what it serves and where, until it is stopped", async () => {
    await publishModel(directory, { id: "summer2winter", version: "v1", ...invert, sizePixels: 32 });
    const { code, lines, errors } = await run(
      ["--registry", basename(directory), "--port", "0"],
      async (lines) => {
        await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThan(1);
        const [url] = /http:\/\/[\d.:]+/.exec(lines[0]!)!;
        expect((await fetch(`${url}/health`)).status).toBe(200);
      },
    );
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(lines[1]).toBe("  summer2winter  summer → winter, 32 px, version v1");
    expect(lines.at(-1)).toBe("Stopped.");
  });

  it.each([
    [["--registry", "no-such-folder"], "No model is published in"],
    [["--port", "many"], '--port is "many"'],
    [["--port", "70000"], '--port is "70000"'],
    [["--colour"], "--colour"],
    [["extra"], "extra"],
  ])("answers %j with one sentence and exit code 2", async (args, sentence) => {
    const { code, lines, errors } = await run(args);
    expect(code).toBe(2);
    expect(lines).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(sentence);
    expect(errors[0]).not.toContain("\n");
  });

  it("wants a registry that has a model in it", async () => {
    const empty = join(directory, "empty");
    await mkdir(join(empty, "models"), { recursive: true });
    const { code, errors } = await run(["--registry", empty]);
    expect(code).toBe(2);
    expect(errors[0]).toContain("pnpm start");
  });

  it("explains itself", async () => {
    const { code, lines } = await run(["--help"]);
    expect(code).toBe(0);
    for (const option of ["--registry", "--port", "--host", "8787"]) expect(lines[0]).toContain(option);
  });
});
