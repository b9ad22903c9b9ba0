import { expect, test } from "vitest";
import { race } from "./race.ts";

/** A racer whose runs take these milliseconds in turn, the last again and again; `log` hears of every run. */
function racer(name: string, runsMs: readonly number[], log: string[]) {
  let next = 0;
  return {
    async run() {
      log.push(name);
      return runsMs[Math.min(next++, runsMs.length - 1)]!;
    },
  };
}

test("once all are warm, everyone runs once a round, and nobody always after the same one", async () => {
  const log: string[] = [];
  const racers = [racer("a", [10], log), racer("b", [20], log), racer("c", [30], log)];
  const timings = await race(racers, { rounds: 20, warmUpMs: 0 });
  const rounds = Array.from({ length: 20 }, (_, round) => log.slice(-60).slice(3 * round, 3 * round + 3));
  for (const round of rounds) expect(round.toSorted()).toEqual(["a", "b", "c"]);
  expect(new Set(rounds.map((round) => round.join(""))).size).toBe(6);
  expect(timings.map(({ medianMs, samples }) => [medianMs, samples])).toEqual([
    [10, 20],
    [20, 20],
    [30, 20],
  ]);
});

test("no run counts while runs still get faster", async () => {
  const runsMs = [900, 700, 500, 300, 200, 100, 100, 100];
  const [timing] = await race([racer("a", runsMs, [])], { rounds: 2, warmUpMs: 0 });
  expect(timing).toMatchObject({ minMs: 100, maxMs: 100 });
});

test("a racer is warm after seconds, however fast it still gets", async () => {
  const log: string[] = [];
  const [timing] = await race([racer("a", [5000, 4000, 3000], log)], { rounds: 1, warmUpMs: 0 });
  expect(log).toHaveLength(2);
  expect(timing!.medianMs).toBe(4000);
});
