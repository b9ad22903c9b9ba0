import { beforeAll, expect, test } from "vitest";
import { countConvolutions } from "../../bench/count-convolutions.ts";
import { selectBackend } from "../backend/select.ts";
import { createMethod } from "../methods/create-method.ts";
import { resolveConfig } from "../run/config.ts";
import { createLocalExecutor } from "./executor.ts";
import { noiseBatch } from "./noise-batch.ts";
import { initialState } from "./state.ts";
import { trainStep } from "./step.ts";
import { stepMultiplyAdds } from "./step-multiply-adds.ts";

beforeAll(() => selectBackend("wasm"));

test.each([0, 0.5])("foretells what a step computes, identity %s", async (identityWeight) => {
  const config = resolveConfig({
    data: { name: "noise", directoryA: "a", directoryB: "b", loadSizePixels: 64, cropSizePixels: 64 },
    generator: { filters: 8, blocks: 3 },
    discriminator: { filters: 8, layers: 2 },
    loss: { identityWeight },
  });
  const method = createMethod(config);
  const executor = createLocalExecutor(method);
  const context = { method, ...initialState(method, config), executor, seed: 1 };
  const counted = await countConvolutions(() => trainStep(context, noiseBatch(64, 1), 1, config.optimizer));
  await executor.dispose();
  expect(stepMultiplyAdds(config) / counted).toBeCloseTo(1, 1);
});
