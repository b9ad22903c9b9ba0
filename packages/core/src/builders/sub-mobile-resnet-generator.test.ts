import { expect, test } from "vitest";
import { inferShapes } from "../network/shapes.ts";
import { weightShapes } from "../network/weight-shapes.ts";
import { mobileResnetGenerator } from "./resnet-generator.ts";
import { subMobileResnetGenerator } from "./sub-mobile-resnet-generator.ts";

const widths = { stem: 16, down1: 32, down2: 128, blocks: [64, 128, 96], up1: 32, up2: 16 };

test("every layer has the width asked for", () => {
  const spec = subMobileResnetGenerator({ widths });
  const shapes = inferShapes(spec, { height: 32, width: 32 });
  expect(["stem", "down1", "down2", "up1", "up2", "head"].map((id) => shapes.get(id)?.channels)).toEqual([
    16, 32, 128, 32, 16, 3,
  ]);
  expect([1, 2, 3].map((index) => shapes.get(`block${index}/conv1/pointwise`)?.channels)).toEqual([
    64, 128, 96,
  ]);
  expect(shapes.get("block2")).toEqual({ height: 8, width: 8, channels: 128 });
  expect(shapes.get(spec.output)).toEqual({ height: 32, width: 32, channels: 3 });
});

test("with equal widths it is the mobile generator, name aside", () => {
  const equal = { stem: 16, down1: 32, down2: 64, blocks: [64, 64, 64], up1: 32, up2: 16 };
  const { name, ...sub } = subMobileResnetGenerator({ widths: equal, dropout: 0.5 });
  const { name: other, ...mobile } = mobileResnetGenerator({ filters: 16, blocks: 3, dropout: 0.5 });
  expect(sub).toEqual(mobile);
  expect(name).not.toBe(other);
});

test("depthwise convs keep their instance norm when the others have batch norms", () => {
  const spec = subMobileResnetGenerator({ widths, norm: "batch" });
  const norms = new Map(
    spec.nodes.flatMap((node) => (node.op === "norm" ? [[node.inputs[0], node.kind]] : [])),
  );
  expect(norms.get("block1/conv1/depthwise")).toBe("instance");
  expect(norms.get("block1/conv1/pointwise")).toBe("batch");
  expect(weightShapes(spec).find(({ name }) => name === "stem/norm/variance")?.shape).toEqual([16]);
});

test.each([
  [{ ...widths, stem: 0 }, /width is 0/],
  [{ ...widths, up2: 2.5 }, /width is 2\.5/],
  [{ ...widths, blocks: [] }, /blocks is 0/],
  [{ ...widths, blocks: [4096] }, /width is 4096/],
])("%o is refused", (wrong, message) => {
  expect(() => subMobileResnetGenerator({ widths: wrong })).toThrow(message);
});
