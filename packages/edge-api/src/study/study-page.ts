import type { Study } from "@unpaired/core/contracts";
import { pagePolicy } from "../access/page-policy.ts";

/** The page of a study as it is sent, with the policy that lets it run its own script and style alone. */
export interface StudyPage {
  readonly text: string;
  readonly policy: string;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Fills a study's title, and nothing else of it, into the page's template. */
export function studyPage(html: string): (study: Study) => Promise<StudyPage> {
  let policy: Promise<string> | undefined;
  return async ({ title }) => {
    // Of the template: no title can add to what may run.
    policy ??= pagePolicy(html);
    const escaped = title.replaceAll(/[&<>"']/g, (character) => escapes[character]!);
    return { text: html.replaceAll("{{title}}", () => escaped), policy: await policy };
  };
}
