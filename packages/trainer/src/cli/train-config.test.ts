import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { beforeEach, expect, test } from "vitest";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import { readTrainConfig } from "./train-config.ts";
import { addTrainSettings, type TrainSettings } from "./train-options.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "train-config-"));
});

/** The configuration a command line comes to. */
async function configure(line: string, file?: string): Promise<TrainConfig> {
  const command = addTrainSettings(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(line.split(" ").filter(Boolean), { from: "user" });
  const settings = command.opts<TrainSettings>();
  return resolveConfig(
    await readTrainConfig({ settings, directory, name: "run", ...(file !== undefined && { file }) }),
  );
}

test.each([
  ["resnet_9blocks", { kind: "resnet", blocks: 9 }],
  ["resnet_6blocks", { kind: "resnet", blocks: 6 }],
  ["unet_256", { kind: "unet", depth: 8 }],
  ["unet_128", { kind: "unet", depth: 7 }],
  ["mobile_resnet", { kind: "mobile-resnet", blocks: 9 }],
  ["mobile_resnet --blocks 4", { kind: "mobile-resnet", blocks: 4 }],
])("--generator %s", async (name, generator) => {
  expect((await configure(`--a a --b b --generator ${name}`)).generator).toMatchObject(generator);
});

test.each([
  ["basic", { kind: "patch", layers: 3 }],
  ["n_layers --discriminator-layers 5", { kind: "patch", layers: 5 }],
  ["pixel", { kind: "pixel" }],
])("--discriminator %s", async (name, discriminator) => {
  expect((await configure(`--a a --b b --discriminator ${name}`)).discriminator).toMatchObject(discriminator);
});

test("every setting of the objective and the optimiser arrives", async () => {
  const config = await configure(
    "--a a --b b --norm none --init orthogonal --init-gain 0.5 --gan-mode wgangp --gradient-penalty 5 --cycle 8 --cycle-b 9 --identity 0 --pool 7 --learning-rate 0.01 --beta1 0.4 --beta2 0.99 --schedule step --step-epochs 3 --epochs 4 --decay-epochs 5 --dropout 0.25 --seed 6",
  );
  expect(config).toMatchObject({
    norm: "none",
    init: { kind: "orthogonal", gain: 0.5 },
    loss: {
      ganMode: "wgangp",
      gradientPenaltyWeight: 5,
      cycleWeightA: 8,
      cycleWeightB: 9,
      identityWeight: 0,
    },
    poolSize: 7,
    optimizer: { learningRate: 0.01, beta1: 0.4, beta2: 0.99 },
    schedule: { policy: "step", stepEpochs: 3, constantEpochs: 4, decayEpochs: 5 },
    generator: { dropout: 0.25 },
    seed: 6,
  });
});

test("a baseline and an ablation are one option each", async () => {
  const simgan = await configure("--a a --b b --method simgan --self-regularization 3");
  expect(simgan).toMatchObject({ method: "simgan", loss: { selfRegularizationWeight: 3 } });
  const cogan = await configure(
    "--a a --b b --method cogan --latent-size 32 --own-layers 2 --search-steps 9 --search-restarts 3 --search-rate 0.1",
  );
  expect(cogan).toMatchObject({
    norm: "batch",
    data: { batchSize: 64 },
    loss: { ganMode: "vanilla" },
    coupling: { latentSize: 32, ownLayers: 2, searchSteps: 9, searchRestarts: 3, searchRate: 0.1 },
  });
  const features = await configure(
    "--a a --b b --method feature-gan --features vgg --feature-layers conv1,conv2 --feature-range 0..255 --feature-weight 5",
  );
  expect(features).toMatchObject({
    loss: { featureWeight: 5 },
    features: { directory: join(directory, "vgg"), layers: ["conv1", "conv2"], range: "0..255" },
  });
  const cut = await configure(
    "--a a --b b --method fastcut --nce 3 --nce-identity on --flip-equivariance off --nce-patches 64 --nce-temperature 0.1",
  );
  expect(cut).toMatchObject({
    method: "fastcut",
    contrast: { weight: 3, identity: true, flipEquivariance: false, patches: 64, temperature: 0.1 },
  });
  const { loss } = await configure("--a a --b b --objective gan-backward");
  expect(loss).toMatchObject({ objective: "gan-backward", identityWeight: 0 });
});

test("pairs make the data aligned, and paths start from the working folder", async () => {
  const config = await configure(
    "--method pix2pix --direction BtoA --pairs facades --channels-a 1 --size 256",
  );
  expect(config).toMatchObject({
    method: "pix2pix",
    direction: "BtoA",
    data: { mode: "aligned", directory: join(directory, "facades"), channelsA: 1, loadSizePixels: 286 },
  });
});

test("a run repeats from its configuration file, options laid over it", async () => {
  const first = await configure("--a horses --b zebras --domains horse,zebra --filters 8 --steps 10");
  const file = join(directory, "config.json");
  await writeFile(file, JSON.stringify(first));
  expect(await configure("", file)).toEqual(first);
  expect(await configure("--steps 20", file)).toEqual({
    ...first,
    schedule: { ...first.schedule, maxSteps: 20 },
  });
});

test.each([
  ["{", /cannot be read as JSON/],
  ['{"data": {"directoryA": "a", "directoryB": "b"}, "filters": 3}', /filters/],
])("the configuration file %s is refused", async (text, message) => {
  const file = join(directory, "config.json");
  await writeFile(file, text);
  await expect(configure("", file)).rejects.toThrow(
    expect.objectContaining({ code: "invalid_config", message: expect.stringMatching(message) }),
  );
});
