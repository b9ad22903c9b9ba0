import type { ContestantSetting } from "./train-contestant.ts";

type Size = Pick<ContestantSetting, "sizePixels" | "filters" | "blocks" | "discriminatorFilters">;

/** Networks and pictures to race with. */
export interface Setting extends Size {
  /** Steps of a contestant's turn, and steps before the first turn that counts. */
  readonly steps: number;
  readonly warmUp: number;
}

const size = (sizePixels: number, filters: number, blocks: number, discriminatorFilters: number): Size => ({
  sizePixels,
  filters,
  blocks,
  discriminatorFilters,
});
/** From a moment's work to the paper's. */
export const settings = {
  toy: { ...size(32, 8, 2, 8), steps: 10, warmUp: 20 },
  tiny: { ...size(64, 16, 6, 32), steps: 5, warmUp: 20 },
  small: { ...size(128, 32, 6, 32), steps: 2, warmUp: 4 },
  paper: { ...size(256, 64, 9, 64), steps: 1, warmUp: 1 },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

export const settingNames = Object.keys(settings) as SettingName[];
