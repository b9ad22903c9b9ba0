/** Who asks, as far as the service knows. */
export interface Caller {
  /** Id of the API key; undefined where the service is open. */
  readonly keyId: string | undefined;
  mayUse(modelId: string): boolean;
}

/** Anybody, where the service is open. */
export const anyone: Caller = { keyId: undefined, mayUse: () => true };
