import { expect, test } from "vitest";
import { createRandom, restoreRandom } from "./random.ts";

test("a seed repeats, another differs", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).uniform);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("a stream continues from its saved state", () => {
  const random = createRandom(9);
  random.normal();
  const resumed = restoreRandom(random.state());
  expect([resumed.normal(), resumed.integer(100)]).toEqual([random.normal(), random.integer(100)]);
});

test("forks are independent of each other and leave their parent alone", () => {
  const random = createRandom(4);
  const before = random.state();
  const first = random.fork("pool").uniform();
  expect(random.state()).toEqual(before);
  expect(random.fork("pool").uniform()).toBe(first);
  expect(random.fork("data").uniform()).not.toBe(first);
});

test("uniform and normal have their moments", () => {
  const random = createRandom(6);
  const mean = (draw: () => number, count = 50_000) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += draw();
    return sum / count;
  };
  expect(mean(random.uniform)).toBeCloseTo(0.5, 1.7);
  expect(mean(random.normal)).toBeCloseTo(0, 1.5);
  expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1.3);
});

test("a permutation holds every index once", () => {
  const order = createRandom(3).permutation(100);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(order.slice(0, 10)).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
