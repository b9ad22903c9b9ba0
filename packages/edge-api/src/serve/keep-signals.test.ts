import { afterEach, describe, expect, it } from "vitest";
import { keepSignals } from "./keep-signals.ts";

const mine = () => {};
const theirs = () => {};

afterEach(() => {
  for (const signal of ["SIGINT", "SIGHUP"]) {
    for (const listener of [mine, theirs]) process.removeListener(signal, listener);
  }
});

describe("keepSignals", () => {
  it("leaves a signal to the caller who handled it first, and others to the tool", async () => {
    process.on("SIGINT", mine);
    process.removeAllListeners("SIGHUP");
    await keepSignals(async () => {
      process.once("SIGINT", theirs);
      process.once("SIGHUP", theirs);
    });
    expect(process.listeners("SIGINT")).toContain(mine);
    expect(process.listeners("SIGINT")).not.toContain(theirs);
    expect(process.listeners("SIGHUP")).toContain(theirs);
  });
});
