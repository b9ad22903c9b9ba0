import { expect, it } from "vitest";
import { createTableProgress } from "./table-progress.ts";

it("says which stage of how many, and the time left for all by what this session did", () => {
  let nowMs = 0;
  const written: string[] = [];
  const progress = createTableProgress(
    [
      { label: "data", cost: 10, units: 10, unit: "images" },
      { label: "one", cost: 100, units: 50, unit: "steps" },
      { label: "two", cost: 200, units: 50, unit: "steps" },
    ],
    { isTerminal: false, columns: 80, write: (text) => void written.push(text), nowMs: () => nowMs },
  );
  progress.begin(0);
  // Done by an earlier session, in no time.
  progress.update(10);
  progress.begin(1);
  progress.update(25);
  nowMs = 20_000;
  progress.update(50);
  expect(written.at(-1)).toBe("Table  2/3 one · 50/50 steps · 1.3 steps/s · 1 min 20 s left in all\n");
  progress.begin(2);
  nowMs = 100_000;
  progress.update(50);
  progress.finish();
  expect(written.at(-1)).toBe("Table  done in 1 min 40 s\n");
});
