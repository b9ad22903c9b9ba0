import { expect, test } from "vitest";
import type { RawNode } from "./attributes.ts";
import { inReadingOrder } from "./order.ts";

const node = (name: string, ...inputs: string[]): RawNode => ({ name, op: "Relu", inputs, attributes: {} });

test("puts every node after what it reads", () => {
  const ordered = inReadingOrder([node("c", "b", "a"), node("b", "a"), node("a")]);
  expect(ordered.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("a node may read another twice", () => {
  expect(inReadingOrder([node("b", "a", "a"), node("a")])).toHaveLength(2);
});

test.each([
  ["a cycle", [node("a", "b"), node("b", "a")], /"a" depends on itself/],
  ["a node that reads itself", [node("a", "a")], /depends on itself/],
  ["an input nobody produces", [node("a", "gone")], /"a" reads "gone"/],
  ["two nodes of one name", [node("a"), node("a")], /Two nodes are called "a"/],
] as const)("refuses %s", (_, nodes, message) => {
  expect(() => inReadingOrder(nodes)).toThrow(message);
});
