import { defineConfig } from "vitest/config";
import { PlainSummaryReporter } from "./test/reporters/plain-summary.ts";

export default defineConfig({
  test: {
    projects: ["packages/*/vitest.config.ts", "test/vitest.config.ts"],
    // tfjs advertises another package once per process.
    onConsoleLog: (text) => !text.includes("Hi, looks like you are running TensorFlow.js"),
    reporters: ["default", new PlainSummaryReporter()],
  },
});
