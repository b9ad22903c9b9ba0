import { duration } from "../cli/progress.ts";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import { stepMultiplyAdds } from "../training/step-multiply-adds.ts";
import type { Recipe } from "./recipe.ts";

/** Multiply-adds a second: what two CPU cores do, and what a data-centre GPU may be expected to. */
const speeds = [
  { perSecond: 5e12, text: "5 T/s" },
  { perSecond: 15e9, text: "15 G/s" },
] as const;

/** Everything a recipe states, as lines for a terminal: data and its checksum, settings, work, what to expect. */
export function describeRecipe(recipe: Recipe): string[] {
  const { name, summary, data, archive, steps, expected } = recipe;
  // Only where the folders lie is not known before the data is there.
  const config = resolveConfig(recipe.config({ trainA: "A", trainB: "B", testA: "A", testB: "B" }));
  const work = steps * stepMultiplyAdds(config);
  const times = speeds.map(({ perSecond, text }) => `${timeOf(work / perSecond)} at ${text}`).join(", ");
  const facts: [string, string | undefined][] = [
    ["Data", data],
    ["From", archive?.url],
    ["SHA-256", archive?.sha256],
    ["", archive?.withheld],
    ["Networks", networksOf(config)],
    ["Settings", settingsOf(config)],
    ["Length", `${steps.toLocaleString("en")} steps`],
    ["Work", `${scaled(work)} multiply-adds: ${times} (\`trainer doctor\` measures this machine)`],
    ...(expected.length > 0 ? expected : ["pictures alone; their authors give no figures"]).map(
      (text, index): [string, string] => [index === 0 ? "Expect" : "", text],
    ),
    ["Start", `trainer start --recipe ${name}`],
  ];
  return [
    `${name}: ${summary}`,
    ...facts.flatMap(([label, text]) => (text === undefined ? [] : [`  ${label.padEnd(8)}  ${text}`])),
  ];
}

function networksOf({ generator, discriminator }: TrainConfig): string {
  return `generators ${generator.kind} of ${generator.filters} filters and ${generator.blocks} blocks, discriminators of ${discriminator.filters} filters and ${discriminator.layers} layers`;
}

function settingsOf({ data, loss, optimizer, schedule }: TrainConfig): string {
  const { loadSizePixels, cropSizePixels, batchSize } = data;
  const size =
    loadSizePixels === cropSizePixels ? `${cropSizePixels} px` : `${cropSizePixels} of ${loadSizePixels} px`;
  const epochs = `learning rate ${optimizer.learningRate}, falling over the last ${schedule.decayEpochs} of ${schedule.constantEpochs + schedule.decayEpochs} epochs`;
  return `${size}, batch ${batchSize}, λ ${loss.cycleWeightA}, identity ${loss.identityWeight}, ${epochs}`;
}

function timeOf(seconds: number): string {
  const days = seconds / 86_400;
  return days < 2 ? duration(seconds) : `${Math.round(days).toLocaleString("en")} days`;
}

function scaled(value: number): string {
  const [size, unit] = value >= 1e15 ? [1e15, "P"] : [1e12, "T"];
  const count = value / size;
  return `${count < 100 ? count.toPrecision(3) : Math.round(count).toLocaleString("en")} ${unit}`;
}
