import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "trainer",
    include: ["src/**/*.test.ts", "bench/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
