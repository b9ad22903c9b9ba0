import type { TrainConfig } from "../run/config.ts";

/** What a plateau schedule remembers between epochs; JSON-able. */
export interface PlateauState {
  readonly factor: number;
  /** Lowest epoch mean so far; absent before the first epoch ends. */
  readonly best?: number;
  readonly badEpochs: number;
  /** Sum and number of the distances of the epoch under way. */
  readonly sum: number;
  readonly count: number;
}

/** Decides the learning rate, epoch by epoch. */
export interface LearningRateSchedule {
  /** Factor on the learning rate. @param epoch counted from 0 */
  factor(epoch: number): number;
  /** Tells a step's distance (see `Method.distance`). */
  stepped(distance: number): void;
  /** Tells that all steps of an epoch are done. */
  epochEnded(): void;
  /** What a checkpoint has to keep. */
  readonly state: PlateauState | undefined;
}

/** Settings of {@link createSchedule}. */
export type ScheduleConfig = Pick<
  TrainConfig["schedule"],
  "policy" | "constantEpochs" | "decayEpochs" | "stepEpochs"
>;

/**
 * The reference's learning-rate policies.
 *
 * `linear`: 1 − max(0, epoch + 1 − constant) / (decay + 1). `step`: a tenth every `stepEpochs`. `cosine`: half a cosine over
 * the constant epochs (and up again after them). `plateau`: a fifth whenever the mean distance of six epochs in a row is
 * not 1 % below the best; the reference itself never hands its plateau a figure.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `get_scheduler`; PyTorch `torch.optim.lr_scheduler`.
 *
 * @param state of a plateau, from a checkpoint
 */
export function createSchedule(config: ScheduleConfig, state?: PlateauState): LearningRateSchedule {
  if (config.policy === "plateau") return plateau(state);
  const factor = pureFactor(config);
  return { factor, stepped() {}, epochEnded() {}, state: undefined };
}

function pureFactor({ policy, constantEpochs, decayEpochs, stepEpochs }: ScheduleConfig) {
  switch (policy) {
    case "step":
      return (epoch: number) => 0.1 ** Math.floor(epoch / stepEpochs);
    case "cosine":
      return (epoch: number) => (1 + Math.cos((Math.PI * epoch) / Math.max(1, constantEpochs))) / 2;
    default:
      return (epoch: number) => 1 - Math.max(0, epoch + 1 - constantEpochs) / (decayEpochs + 1);
  }
}

const REDUCTION = 0.2;
const THRESHOLD = 0.01;
const PATIENCE_EPOCHS = 5;

function plateau(restored?: PlateauState): LearningRateSchedule {
  let state: PlateauState = restored ?? { factor: 1, badEpochs: 0, sum: 0, count: 0 };
  return {
    factor: () => state.factor,
    stepped(distance) {
      state = { ...state, sum: state.sum + distance, count: state.count + 1 };
    },
    epochEnded() {
      const mean = state.sum / Math.max(1, state.count);
      const better = state.best === undefined || mean < state.best * (1 - THRESHOLD);
      const badEpochs = better ? 0 : state.badEpochs + 1;
      const reduced = badEpochs > PATIENCE_EPOCHS;
      const best = better ? mean : state.best;
      state = {
        factor: reduced ? state.factor * REDUCTION : state.factor,
        ...(best !== undefined && { best }),
        badEpochs: reduced ? 0 : badEpochs,
        sum: 0,
        count: 0,
      };
    },
    get state() {
      return state;
    },
  };
}
