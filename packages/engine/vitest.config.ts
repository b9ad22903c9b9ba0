import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "engine",
    include: ["src/**/*.test.ts", "kernels/**/*.test.ts", "bench/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
