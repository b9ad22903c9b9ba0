/** A number a benchmark's option gives, from `least` to `most`. @throws Error naming the option and what it may be */
export function numberWithin(
  option: string,
  text: string,
  {
    least = 1,
    most,
    whole = true,
  }: { readonly least?: number; readonly most: number; readonly whole?: boolean },
): number {
  const value = Number(text);
  const fits = text.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return value;
  throw new Error(
    `${option} is "${text}"; it must be a ${whole ? "whole " : ""}number from ${least} to ${most}.`,
  );
}

/** What a comma-separated option names. @throws Error naming the option and what there is */
export function namesAmong<Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): Name[] {
  return text.split(",").map((word) => {
    const name = names.find((candidate) => candidate === word);
    if (!name) throw new Error(`${option} names "${word}"; there are ${names.join(", ")}.`);
    return name;
  });
}
