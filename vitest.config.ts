import { defineConfig } from "vitest/config";
import { PlainSummaryReporter } from "./test/reporters/plain-summary.ts";

export default defineConfig({
  test: {
    projects: ["packages/*/vitest.config.ts", "test/vitest.config.ts"],
    reporters: ["default", new PlainSummaryReporter()],
  },
});
