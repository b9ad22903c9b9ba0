import { readdir } from "node:fs/promises";

/** Steps of the sample grids in a folder, ascending; none where there is no folder yet. */
export async function readSampleSteps(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .map((name) => /^step-(\d{7,15})\.png$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Name of a step's sample grid. */
export function sampleFileName(step: number): string {
  return `step-${String(step).padStart(7, "0")}.png`;
}
