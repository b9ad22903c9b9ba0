import { type JudgeOptions, judge } from "./judge.ts";
import type { Branch } from "./method.ts";

/**
 * A discriminator's branch: a domain's real images against the fakes of it that the pool hands out.
 *
 * @param halves whether half of every batch comes from the pool, as SimGAN has it
 */
export function pooledJudge(
  domain: "A" | "B",
  judging: JudgeOptions,
  { halves = false }: { halves?: boolean } = {},
): Branch {
  const network = `discriminator${domain}`;
  return {
    name: network,
    trains: [network],
    reads: { real: { real: domain }, fake: { pooled: `fake${domain}`, halves } },
    objective: (context, { real, fake }) => ({
      terms: judge(context, judging, { network, domain, real: real!, fake: fake! }),
    }),
  };
}
