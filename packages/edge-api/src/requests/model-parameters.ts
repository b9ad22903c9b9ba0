import { fittedSide, type Manifest, type TranslateQuery } from "@unpaired/core/contracts";
import { RequestError } from "../problems/request-error.ts";

const LARGEST_SIZE = 1024;

/**
 * Checks the parameters of a translation that mean something only to its model.
 *
 * @throws RequestError `invalid_parameter`
 */
export function assertSuitsModel(
  { size, "reject-above": rejectAbove }: TranslateQuery,
  { id, input, domainStatistics }: Pick<Manifest, "id" | "input" | "domainStatistics">,
): void {
  if (size !== undefined) assertSize(size, id, input.multipleOf);
  if (rejectAbove !== undefined && domainStatistics.length === 0) {
    throw new RequestError(
      "invalid_parameter",
      `Parameter "reject-above" is ${rejectAbove}, but ${id} was published without statistics of its domain; leave it out.`,
    );
  }
}

function assertSize(size: number, id: string, multipleOf: number): void {
  const least = fittedSide(multipleOf, multipleOf);
  const most = Math.floor(LARGEST_SIZE / multipleOf) * multipleOf;
  if (size % multipleOf === 0 && size >= least && size <= most) return;
  const below = Math.floor(size / multipleOf) * multipleOf;
  const nearest = [
    ...new Set([below, below + multipleOf].map((side) => Math.min(Math.max(side, least), most))),
  ];
  throw new RequestError(
    "invalid_parameter",
    least > most
      ? `Parameter "size" is ${size}, but ${id} runs at its own size only; leave it out.`
      : `Parameter "size" is ${size}; ${id} takes multiples of ${multipleOf} from ${least} to ${most}, the nearest being ${nearest.join(" and ")}.`,
  );
}
