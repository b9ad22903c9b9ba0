/**
 * Remembers what was made for the origin asked at last: nearly every service has one, and callers, who may invent others,
 * fill nothing up.
 */
export function perOrigin<Made>(make: (origin: string) => Made): (url: string) => Made {
  let last: { readonly origin: string; readonly made: Made } | undefined;
  return (url) => {
    const { origin } = new URL(url);
    if (last?.origin !== origin) last = { origin, made: make(origin) };
    return last.made;
  };
}
