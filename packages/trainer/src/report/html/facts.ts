import type { Environment } from "../environment.ts";
import type { FigureHistory } from "../history.ts";
import type { RunState } from "../run-state.ts";
import type { EncodedSample } from "./encode-sample.ts";

/** The settings a report shows; it knows only the domains' names by name. */
export type ReportSettings = Readonly<Record<string, unknown>> & {
  readonly domains: { readonly A: string; readonly B: string };
};

/** Everything a report says. */
export interface ReportFacts {
  readonly name: string;
  /** The run's folder as a user types it. */
  readonly place: string;
  readonly state: RunState;
  readonly message: string | undefined;
  readonly step: number;
  readonly totalSteps: number;
  /** Wall time in milliseconds since 1970. */
  readonly writtenMs: number;
  /** When the next writing is due at the latest, while training goes on. */
  readonly nextWriteMs: number;
  readonly history: FigureHistory;
  readonly samples: readonly EncodedSample[];
  readonly settings: ReportSettings;
  readonly environment: Environment;
}
