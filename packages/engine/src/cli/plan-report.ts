import type { Plan } from "../plan/plan.ts";
import type { PlanProfile } from "../plan/plan-profile.ts";
import type { Session } from "../session-types.ts";

/** A plan, and how it ran, as plain data. */
export function planReport(
  plan: Plan,
  session: Pick<Session, "build" | "arithmetic">,
  { title, profile }: { readonly title: string; readonly profile?: PlanProfile | undefined },
) {
  const totalMs = profile?.stepsMs.reduce((sum, ms) => sum + ms, 0) ?? 0;
  return {
    model: title,
    build: session.build,
    arithmetic: session.arithmetic,
    input: plan.input.shape,
    output: plan.output.shape,
    steps: plan.steps.map(({ kernel, layer, inputs, output, multiplyAdds, bytesMoved, inPlace }, index) => {
      const ms = profile?.stepsMs[index];
      return {
        kernel,
        layer: layer.kind,
        node: layer.name,
        inputs,
        output,
        multiplyAdds,
        bytesMoved,
        inPlace,
        ...(ms !== undefined && {
          ms,
          gigaMultiplyAddsPerSecond: ms > 0 ? multiplyAdds / ms / 1e6 : 0,
          share: totalMs > 0 ? ms / totalMs : 0,
        }),
      };
    }),
    multiplyAdds: plan.steps.reduce((sum, step) => sum + step.multiplyAdds, 0),
    bytesMoved: plan.steps.reduce((sum, step) => sum + step.bytesMoved, 0),
    memory: {
      bytes: plan.memoryBytes,
      weightsBytes: plan.weightsBytes,
      scratchBytes: plan.scratchBytes,
      activationBytes: plan.activationBytes,
    },
    ...(profile && {
      time: {
        medianMs: profile.medianMs,
        fastestMs: profile.fastestMs,
        slowestMs: profile.slowestMs,
        runs: profile.runs,
        warmUpRuns: profile.warmUpRuns,
      },
    }),
  };
}
