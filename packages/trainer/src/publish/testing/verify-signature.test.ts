import { expect, test } from "vitest";
import { expectedSignature, parseAuthorization } from "./verify-signature.ts";

// Examples of the Amazon S3 API reference, "Signature Calculations for the Authorization Header".
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const common = { host: "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z" };

test.each([
  {
    what: "GET of an object",
    method: "GET",
    target: "/test.txt",
    headers: { ...common, range: "bytes=0-9", "x-amz-content-sha256": emptyHash },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    what: "PUT of an object",
    method: "PUT",
    target: "/test%24file.text",
    headers: {
      ...common,
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    what: "listing",
    method: "GET",
    target: "/?max-keys=2&prefix=J",
    headers: { ...common, "x-amz-content-sha256": emptyHash },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
])("signs Amazon's example as Amazon does: $what", ({ method, target, headers, signature }) => {
  const signedHeaders = Object.keys(headers).sort();
  const header = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders.join(";")},Signature=${signature}`;
  const authorization = parseAuthorization(header)!;
  expect(expectedSignature({ method, target, headers }, authorization, secret)).toBe(signature);
  expect(expectedSignature({ method, target, headers }, authorization, "another")).not.toBe(signature);
});
