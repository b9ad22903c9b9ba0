import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("code and documents are as `pnpm format` leaves them, and the linter has nothing to say", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { status, stdout, stderr } = spawnSync("node_modules/.bin/biome", ["check", "."], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});
