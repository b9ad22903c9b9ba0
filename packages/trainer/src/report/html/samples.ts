import type { EncodedSample } from "./encode-sample.ts";
import { formatCount } from "./format.ts";

/** The sample grids with a slider over their steps; without scripts the latest shows. */
export function samplesSection(samples: readonly EncodedSample[], everySteps: number | undefined): string {
  const last = samples.at(-1);
  if (!last) {
    const when =
      everySteps === undefined ? "" : ` The first grid is drawn at step ${formatCount(everySteps)}.`;
    return `<section class="samples" aria-labelledby="samples-title">
<h2 id="samples-title">Samples</h2>
<p class="empty">What the networks make of a few fixed pictures will show here.${when}</p>
</section>`;
  }
  const images = samples
    .map(
      ({ step, webp, width, height }, index) =>
        `<img alt="Sample grid at step ${formatCount(step)}" data-step="${step}" width="${width}" height="${height}"${index < samples.length - 1 ? " hidden" : ""} src="data:image/webp;base64,${Buffer.from(webp).toString("base64")}">`,
    )
    .join("\n");
  const max = samples.length - 1;
  return `<section class="samples" aria-labelledby="samples-title">
<h2 id="samples-title">Samples</h2>
<div class="reel">
<div class="scrubber">
<button type="button" id="play" class="round" aria-label="Play through the steps"${max > 0 ? "" : " disabled"}><svg viewBox="0 0 16 16" aria-hidden="true"><path class="play" d="M5 3v10l8-5z"/><path class="pause" d="M4.5 3h2.5v10H4.5zM9 3h2.5v10H9z"/></svg></button>
<input type="range" id="step" min="0" max="${max}" value="${max}" step="1" aria-label="Step of the samples" aria-valuetext="Step ${formatCount(last.step)}"${max > 0 ? "" : " disabled"}>
<output id="step-shown" for="step"><small>Step</small> ${formatCount(last.step)}</output>
</div>
<button type="button" class="pictures" id="enlarge" aria-label="Show this grid in full size">
${images}
</button>
</div>
<dialog id="full" aria-label="Sample grid in full size"><form method="dialog"><button class="round" aria-label="Close"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8"/></svg></button></form></dialog>
</section>`;
}
