/** One curve: a loss term, and the domain its name ends in. */
export interface LossTerm {
  readonly name: string;
  readonly domain: "A" | "B" | undefined;
}

/** Loss terms whose names differ in the domain only. */
export interface LossGroup {
  readonly stem: string;
  readonly terms: readonly LossTerm[];
}

/** What a reader looks for first; stems that are not named here follow as they come. */
const order = ["adversarial", "cycle", "identity", "l1", "selfRegularization", "patchNce", "discriminator"];

const hints: Readonly<Record<string, string>> = {
  adversarial: "how well the critics see through the translations",
  cycle: "what a picture loses on the way there and back",
  identity: "what changes in a picture that is in the domain already",
  l1: "distance to the paired truth",
  selfRegularization: "how far translations move from their inputs",
  patchNce: "how hard a translation's patches are to find again in its input",
  discriminator: "how well each critic tells real from translated",
  gradientPenalty: "how far the critics are from a slope of one",
};

/** Groups loss names by their stem: `cycleA` and `cycleB` are one group, any other name stands on its own. */
export function groupLosses(names: Iterable<string>): LossGroup[] {
  const groups = new Map<string, LossTerm[]>();
  for (const name of names) {
    const [, stem = name, domain] = /^(.*[a-z0-9])([AB])$/s.exec(name) ?? [];
    const terms = groups.get(stem) ?? [];
    groups.set(stem, terms);
    terms.push({ name, domain: domain as "A" | "B" | undefined });
  }
  const rank = (stem: string) => (order.includes(stem) ? order.indexOf(stem) : order.length);
  return [...groups]
    .map(([stem, terms]) => ({
      stem,
      terms: terms.sort((a, b) => (a.domain ?? "").localeCompare(b.domain ?? "")),
    }))
    .sort((a, b) => rank(a.stem) - rank(b.stem));
}

/** One line on what a group of losses measures, where it is a known one. */
export function lossHint(stem: string): string | undefined {
  return Object.hasOwn(hints, stem) ? hints[stem] : undefined;
}
