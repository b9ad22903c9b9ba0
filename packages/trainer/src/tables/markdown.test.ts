import { expect, it } from "vitest";
import { fillPlace } from "./markdown.ts";

const begin = "<!-- trainer table maps: begin -->";
const end = "<!-- trainer table maps: end -->";

it("replaces what stands between a recipe's comments and nothing else, twice alike", () => {
  const document = `# Title\n${begin}\nold\n${end}\n\nafter`;
  const filled = fillPlace(document, "maps", "new")!;
  expect(filled).toBe(`# Title\n${begin}\n\nnew\n\n${end}\n\nafter`);
  expect(fillPlace(filled, "maps", "new")).toBe(filled);
});

it("finds no place without both comments in order", () => {
  expect(fillPlace(`${end} ${begin}`, "maps", "new")).toBeUndefined();
  expect(fillPlace(`${begin} ${end}`, "seasons-labels", "new")).toBeUndefined();
});
