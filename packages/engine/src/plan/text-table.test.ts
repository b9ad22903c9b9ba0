import { expect, test } from "vitest";
import { bar, textTable } from "./text-table.ts";

test("cells line up on the side their column asks for, and lines end where their text does", () => {
  const rows = [
    { name: "3×3", count: 7 },
    { name: "depthwise", count: 1234 },
  ];
  const table = textTable<(typeof rows)[number]>(
    [
      { title: "name", cell: ({ name }) => name },
      { title: "n", align: "right", cell: ({ count }) => String(count) },
      { title: "note", cell: ({ count }) => (count > 9 ? "many" : "") },
    ],
    rows,
  );
  expect(table).toEqual(["name          n  note", "3×3           7", "depthwise  1234  many"]);
});

test("a column that says nothing of any row is left out", () => {
  const table = textTable<number>(
    [
      { title: "a", cell: String },
      { title: "empty", cell: () => "" },
      { title: "#", cell: (_, index) => String(index) },
    ],
    [5, 6],
  );
  expect(table).toEqual(["a  #", "5  0", "6  1"]);
});

test.each([
  [0, ""],
  [1, "████"],
  [0.5, "██"],
  [1 / 32, "▏"],
  [0.999, "████"],
  [-1, ""],
  [7, "████"],
])("%d of a bar of four", (fraction, text) => {
  expect(bar(fraction, 4)).toBe(text);
});
