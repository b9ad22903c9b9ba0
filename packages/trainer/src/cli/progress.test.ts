import { expect, test } from "vitest";
import { createProgress, duration } from "./progress.ts";

function fakeTarget(isTerminal: boolean) {
  const target = {
    isTerminal,
    columns: 200,
    text: "",
    ms: 0,
    write: (text: string) => {
      target.text += text;
    },
    nowMs: () => target.ms,
  };
  return target;
}

test("plain output is a line now and then, with rate and time left", () => {
  const target = fakeTarget(false);
  const progress = createProgress({ label: "Training", total: 100, unit: "steps", target });
  for (let done = 1; done <= 50; done++) {
    target.ms = done * 1000;
    progress.update(done, "loss 1.5");
  }
  progress.finish();
  const lines = target.text.trimEnd().split("\n");
  expect(lines).toHaveLength(6);
  expect(lines[2]).toBe("Training  21/100 steps · 1.00 steps/s · 1 min 19 s left · loss 1.5");
  expect(lines.at(-1)).toBe("Training  50/100 steps · 1.00 steps/s · in 50 s · loss 1.5");
});

test("a terminal gets one line that is drawn over", () => {
  const target = fakeTarget(true);
  const progress = createProgress({ label: "Data", total: 4, unit: "images", target });
  target.ms = 500;
  progress.update(2);
  progress.finish();
  expect(target.text).toContain("████████████░░░░░░░░░░░░");
  expect(target.text.match(/\n/g)).toHaveLength(1);
});

test("no rate is told of the first moment", () => {
  const target = fakeTarget(false);
  const progress = createProgress({ label: "Translating", total: 4, unit: "pictures", target });
  target.ms = 0.08;
  progress.update(1);
  expect(target.text).toBe("Translating  1/4 pictures\n");
});

test("the rate of a resumed job counts from where it went on", () => {
  const target = fakeTarget(false);
  const progress = createProgress({ label: "Training", total: 100, unit: "steps", from: 50, target });
  target.ms = 20_000;
  progress.update(60);
  expect(target.text).toContain("0.50 steps/s");
});

test.each([
  [0.4, "0 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [7800, "2 h 10 min"],
])("%d seconds read as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
