import { InvalidArgumentError } from "@unpaired/core";

/**
 * Answers steps from their number, and makes the following ones ready meanwhile.
 *
 * @param prepare makes one step's data
 * @param ahead how many steps are made ready ahead of the one asked for
 */
export function stepsAhead<Step>(
  prepare: (step: number) => Promise<Step>,
  { ahead, stepCount = Number.POSITIVE_INFINITY }: { readonly ahead: number; readonly stepCount?: number },
): (step: number) => Promise<Step> {
  const ready = new Map<number, Promise<Step>>();
  return (step) => {
    if (!Number.isSafeInteger(step) || step < 0 || step >= stepCount) {
      const last = stepCount === Number.POSITIVE_INFINITY ? "" : ` to ${stepCount - 1}`;
      throw new InvalidArgumentError(`The step is ${step}; it must be a whole number from 0${last}.`);
    }
    for (const known of ready.keys()) if (known < step || known > step + ahead) ready.delete(known);
    for (let next = step; next <= step + ahead && next < stepCount; next++) {
      if (ready.has(next)) continue;
      const preparing = prepare(next);
      // A failure is told to whoever asks for that step, not to the process.
      preparing.catch(() => undefined);
      ready.set(next, preparing);
    }
    const wanted = ready.get(step)!;
    ready.delete(step);
    return wanted;
  };
}
