import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBehaviourServer } from "./testing/behaviour-server.ts";
import { behaviours } from "./testing/behaviours.ts";
import { runtimes } from "./testing/runtimes.ts";

const server = await startBehaviourServer();
afterAll(() => server.close());

describe.each(runtimes)("in $name", ({ skipped, can, run }) => {
  let outcomes: Readonly<Record<string, string | null>> = {};
  beforeAll(async () => {
    if (!skipped) outcomes = await run({ baseUrl: server.baseUrl, can });
  }, 90_000);

  test.skipIf(skipped !== undefined).each(behaviours)(
    `the client $name${skipped ? ` (skipped: ${skipped})` : ""}`,
    ({ name }) => {
      expect(outcomes[name]).toBeNull();
    },
  );
});
