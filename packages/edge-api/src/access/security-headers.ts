import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * Headers that keep browsers from doing with an answer what it is not for. What a handler sets itself stays: a page
 * brings its own content security policy, everything else may load and run nothing.
 */
export function securityHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    permissionsPolicy: { camera: ["self"], microphone: [], geolocation: [] },
    // Not for subdomains: those are other people's decisions.
    strictTransportSecurity: "max-age=15552000",
    xFrameOptions: "DENY",
    // Only browsers that are gone read these.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    overwrite: false,
  });
}
