import { type Command, Option } from "commander";
import {
  type CycleObjective,
  cycleObjectives,
  type MethodName,
  methodNames,
} from "../methods/method-names.ts";
import { integerIn, numberIn } from "./options.ts";

/** Options of `trainer train` that set a run's configuration, as commander hands them over. */
export interface TrainSettings {
  readonly method?: MethodName;
  readonly a?: string;
  readonly b?: string;
  readonly pairs?: string;
  readonly aligned?: boolean;
  readonly direction?: "AtoB" | "BtoA";
  readonly domains?: string;
  readonly preprocess?: string;
  readonly loadSize?: number;
  readonly size?: number;
  readonly flip: boolean;
  readonly batch?: number;
  readonly serialBatches?: boolean;
  readonly channelsA?: number;
  readonly channelsB?: number;
  readonly maxImages?: number;
  readonly generator?: GeneratorName;
  readonly filters?: number;
  readonly blocks?: number;
  readonly depth?: number;
  readonly upsampling?: "transposed" | "resize";
  readonly dropout?: number;
  readonly discriminator?: DiscriminatorName;
  readonly discriminatorFilters?: number;
  readonly discriminatorLayers?: number;
  readonly norm?: string;
  readonly init?: string;
  readonly initGain?: number;
  readonly ganMode?: string;
  readonly objective?: CycleObjective;
  readonly cycle?: number;
  readonly cycleA?: number;
  readonly cycleB?: number;
  readonly identity?: number;
  readonly l1?: number;
  readonly selfRegularization?: number;
  readonly latentSize?: number;
  readonly ownLayers?: number;
  readonly searchSteps?: number;
  readonly searchRestarts?: number;
  readonly searchRate?: number;
  readonly features?: string;
  readonly featureLayers?: string;
  readonly featureRange?: "-1..1" | "0..1" | "0..255";
  readonly featureWeight?: number;
  readonly nce?: number;
  readonly nceIdentity?: "on" | "off";
  readonly ncePatches?: number;
  readonly nceTemperature?: number;
  readonly flipEquivariance?: "on" | "off";
  readonly gradientPenalty?: number;
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly schedule?: string;
  readonly epochs?: number;
  readonly decayEpochs?: number;
  readonly stepEpochs?: number;
  readonly steps?: number;
  readonly pool?: number;
  readonly logEvery?: number;
  readonly sampleEvery?: number;
  readonly checkpointEvery?: number;
  readonly seed?: number;
}

/** The reference's names of its generators, and what they mean here. */
export const generatorNames = {
  resnet_9blocks: { kind: "resnet", blocks: 9 },
  resnet_6blocks: { kind: "resnet", blocks: 6 },
  unet_256: { kind: "unet", depth: 8 },
  unet_128: { kind: "unet", depth: 7 },
  mobile_resnet: { kind: "mobile-resnet", blocks: 9 },
} as const;

/** The reference's names of its discriminators, and what they mean here. */
export const discriminatorNames = {
  basic: { kind: "patch", layers: 3 },
  n_layers: { kind: "patch" },
  pixel: { kind: "pixel" },
} as const;

export type GeneratorName = keyof typeof generatorNames;
export type DiscriminatorName = keyof typeof discriminatorNames;

const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

const switches = ["on", "off"] as const;

/** Declares the options of {@link TrainSettings}; defaults in the help are the CycleGAN's. */
export function addTrainSettings(command: Command): Command {
  return command
    .optionsGroup("Data:")
    .option("--a <folder>", "pictures of domain A")
    .option("--b <folder>", "pictures of domain B")
    .option("--pairs <folder>", "pictures with A and B side by side, in place of --a and --b")
    .option("--aligned", "--a and --b hold pairs of the same file names")
    .option("--domains <a,b>", "names of the domains, such as horse,zebra")
    .option("--size <pixels>", "side of the crops trained on (256)", integerIn(16, 2048))
    .option("--load-size <pixels>", "side images are resized to first (size × 286/256)", integerIn(16, 2048))
    .addOption(
      choice("--preprocess <kind>", "what comes before training (resize_and_crop)", [
        "resize_and_crop",
        "crop",
        "scale_width",
        "scale_width_and_crop",
        "none",
      ]),
    )
    .option("--no-flip", "do not mirror images at random")
    .option("--batch <images>", "images per step (1)", integerIn(1, 64))
    .option("--serial-batches", "take B in A's order, not at random")
    .option("--channels-a <count>", "1 reads A as greyscale (3)", integerIn(1, 3))
    .option("--channels-b <count>", "1 reads B as greyscale (3)", integerIn(1, 3))
    .option("--max-images <count>", "use at most this many pictures of a domain", integerIn(2, 10_000_000))
    .optionsGroup("Networks:")
    .addOption(choice("--generator <name>", "(resnet_9blocks)", Object.keys(generatorNames)))
    .option("--filters <count>", "generator's channels after the first layer (64)", integerIn(2, 512))
    .option("--blocks <count>", "residual blocks of a ResNet (as named)", integerIn(1, 9))
    .option("--depth <count>", "halvings of a U-Net (as named)", integerIn(5, 9))
    .addOption(choice("--upsampling <kind>", "of a ResNet (transposed)", ["transposed", "resize"]))
    .option("--dropout <rate>", "inside the generator (0; pix2pix 0.5)", numberIn(0, 0.95))
    .addOption(choice("--discriminator <name>", "(basic)", Object.keys(discriminatorNames)))
    .option("--discriminator-filters <count>", "(64)", integerIn(1, 512))
    .option("--discriminator-layers <count>", "of n_layers (3)", integerIn(1, 5))
    .addOption(choice("--norm <kind>", "(instance; pix2pix batch)", ["instance", "batch", "none"]))
    .addOption(
      choice("--init <kind>", "start of the weights (normal)", ["normal", "xavier", "kaiming", "orthogonal"]),
    )
    .option("--init-gain <factor>", "scale of the start (0.02)", numberIn(1e-6, 10))
    .optionsGroup("Objective:")
    .addOption(choice("--method <name>", "(cyclegan)", methodNames))
    .addOption(choice("--direction <way>", "what pix2pix, cut and fastcut learn (AtoB)", ["AtoB", "BtoA"]))
    .addOption(choice("--gan-mode <kind>", "(lsgan; pix2pix vanilla)", ["lsgan", "vanilla", "wgangp"]))
    .addOption(
      choice(
        "--objective <kind>",
        "what a CycleGAN keeps of its objective: an ablation (full)",
        cycleObjectives,
      ),
    )
    .option("--cycle <weight>", "λ of the cycle consistency of both domains (10)", numberIn(0, 1000))
    .option("--cycle-a <weight>", "λ for A's images alone", numberIn(0, 1000))
    .option("--cycle-b <weight>", "λ for B's images alone", numberIn(0, 1000))
    .option("--identity <fraction>", "identity loss as a fraction of λ (0.5)", numberIn(0, 10))
    .option("--l1 <weight>", "λ of pix2pix's distance to the truth (100)", numberIn(0, 1000))
    .option("--self-regularization <weight>", "λ of simgan's distance to the input (10)", numberIn(0, 1000))
    .option("--features <folder>", "tfjs graph model whose features feature-gan compares")
    .option("--feature-layers <names>", "nodes of its graph, with commas between (its output)")
    .addOption(choice("--feature-range <range>", "values it reads (-1..1)", ["-1..1", "0..1", "0..255"]))
    .option("--feature-weight <weight>", "λ of feature-gan's distance to the input (10)", numberIn(0, 1000))
    .option("--latent-size <count>", "length of cogan's latent (100)", integerIn(1, 4096))
    .option("--own-layers <count>", "layers next to the image that cogan does not share (1)", integerIn(1, 3))
    .option("--search-steps <count>", "steps of cogan's search for a latent (200)", integerIn(1, 100_000))
    .option("--search-restarts <count>", "starts searched from side by side (4)", integerIn(1, 256))
    .option("--search-rate <rate>", "learning rate of the search (0.05)", numberIn(1e-6, 10))
    .option("--nce <weight>", "λ of cut's patchwise contrast (1; fastcut 10)", numberIn(0, 1000))
    .addOption(
      choice(
        "--nce-identity <on|off>",
        "cut's contrast for the target domain too (on; fastcut off)",
        switches,
      ),
    )
    .option("--nce-patches <count>", "compared per image and layer (256)", integerIn(2, 4096))
    .option("--nce-temperature <value>", "of the contrast (0.07)", numberIn(0.01, 10))
    .addOption(
      choice(
        "--flip-equivariance <on|off>",
        "translate half the images mirrored (off; fastcut on)",
        switches,
      ),
    )
    .option("--gradient-penalty <weight>", "of wgangp (10)", numberIn(0, 1000))
    .option("--pool <images>", "fakes remembered per domain (50)", integerIn(0, 1000))
    .optionsGroup("Optimisation:")
    .option("--learning-rate <rate>", "(0.0002)", numberIn(0, 1))
    .option("--beta1 <value>", "(0.5)", numberIn(0, 0.9999))
    .option("--beta2 <value>", "(0.999)", numberIn(0, 0.999999))
    .addOption(choice("--schedule <policy>", "(linear)", ["linear", "step", "plateau", "cosine"]))
    .option("--epochs <count>", "epochs at the full learning rate (100)", integerIn(0, 10_000))
    .option("--decay-epochs <count>", "epochs of decay after them (100)", integerIn(0, 10_000))
    .option("--step-epochs <count>", "epochs between the step policy's cuts (50)", integerIn(1, 10_000))
    .option("--steps <count>", "end after this many steps at the latest", integerIn(1, 10_000_000))
    .option("--seed <number>", "(1)", integerIn(0, 2 ** 32 - 1))
    .optionsGroup("Reporting:")
    .option("--log-every <steps>", "(50)", integerIn(1, 1_000_000))
    .option("--sample-every <steps>", "(1000)", integerIn(1, 1_000_000))
    .option("--checkpoint-every <steps>", "(1000)", integerIn(1, 1_000_000));
}
