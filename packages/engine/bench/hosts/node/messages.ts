/** What the parent asks of a contestant's process. */
export type Command = "start" | "run" | "output" | "memory";

/** What the process answers. */
export type Answer = { readonly value: unknown } | { readonly failure: string };
