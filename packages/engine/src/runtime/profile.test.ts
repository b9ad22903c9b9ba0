import { resnetGenerator } from "@unpaired/core";
import { expect, test } from "vitest";
import { readEngineBinaries } from "../node.ts";
import { noiseImage, publish } from "../testing/models.ts";
import { createPlanningSession } from "./session.ts";

test("a profile has a time for every step of the size's plan, by the clock it is given", async () => {
  const files = publish(resnetGenerator({ filters: 2, blocks: 1 }));
  const session = await createPlanningSession(files, { binaries: await readEngineBinaries() });
  const image = noiseImage(16, 8);
  const expected = await session.run(image);
  let readings = 0;
  const stepsMs = await session.profile(image, () => 3 * readings++);
  expect(stepsMs).toEqual(session.plan(image).steps.map(() => 3));
  expect(await session.run(image)).toEqual(expected);
});
