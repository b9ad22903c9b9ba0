/** Runs the behaviours in a page: surroundings in `#given`, outcomes into `#results`. */
import { runBehaviours, type Surroundings } from "./behaviours.ts";

interface Element {
  textContent: string | null;
  readonly dataset: Record<string, string>;
}

const { document } = globalThis as unknown as {
  readonly document: { querySelector(selector: string): Element | null };
};
const surroundings = JSON.parse(document.querySelector("#given")!.textContent!) as Surroundings;
const results = document.querySelector("#results")!;
results.textContent = JSON.stringify(await runBehaviours(surroundings));
results.dataset.ready = "";
