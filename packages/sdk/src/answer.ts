/** An HTTP answer read to its end. */
export interface Answer {
  /** The call it answers, for messages: `POST https://api.example/translate`, without query or secrets. */
  readonly source: string;
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | undefined;
  /** undefined where the body was larger than {@link maxBodyBytes}. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** The content type without its parameters, lower case; empty where there is none. */
export function mediaType({ headers }: Pick<Answer, "headers">): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/** The body as JSON, or undefined where it is not JSON by name and by nature. */
export function parseJson(answer: Answer): unknown {
  if (!answer.body || !/^application\/(?:[\w.+-]+\+)?json$/.test(mediaType(answer))) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(answer.body));
  } catch {
    return undefined;
  }
}
