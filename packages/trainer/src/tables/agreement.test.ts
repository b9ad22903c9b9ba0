import { expect, it } from "vitest";
import { agreementOf } from "./agreement.ts";

it("counts the pairs that both sources order, and how many of them alike", () => {
  const rows = [
    { paper: 0.4, ours: 0.5 },
    { paper: 0.2, ours: 0.6 },
    { paper: 0.1, ours: 0.1 },
    { paper: 0.3, ours: null },
    { ours: 0.9 },
  ];
  expect(agreementOf(rows)).toEqual({ agreeing: 2, pairs: 3 });
});

it("counts what the paper leaves equal nowhere, and our equals as another order", () => {
  expect(
    agreementOf([
      { paper: 0.1, ours: 1 },
      { paper: 0.1, ours: 2 },
    ]),
  ).toEqual({ agreeing: 0, pairs: 0 });
  expect(
    agreementOf([
      { paper: 0.1, ours: 1 },
      { paper: 0.2, ours: 1 },
    ]),
  ).toEqual({ agreeing: 0, pairs: 1 });
});
