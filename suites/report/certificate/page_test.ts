import assert from "node:assert/strict";
import { certificateHtml } from "./page.tsx";
import type { Certificate } from "./model.ts";
import type { Statement } from "./statement.ts";

/** Ends every context that HTML and CSS know, and turns the writing round. */
const HOSTILE =
  `</title></style><script>hacked=1</script><img src=x onerror=hacked=1>"'\u202e\u001b`;

const HASH = "0123456789abcdef".repeat(4);

/** A statement in which everything that a profile, a device or a user may choose means no good. */
function statement(text: string, verdict: Certificate["verdict"] = "not_conformant"): Statement {
  return {
    ...{ type: "plumbline-certificate", schema: 1, verdict, headline: text, sentence: text },
    ...{ issued: "2026-11-29T10:11:12.000Z", valid_until: "2027-11-29" },
    devices: [
      { name: text, vendor: text, version: text, roles: [text], classes: [text], profile: HASH },
    ],
    images: [{ role: text, image: text }],
    suites: [{
      ...{ name: text, title: text, catalogue: HASH },
      results: {
        MUST: { pass: 7, fail: 1, inconclusive: 0, not_applicable: 3, error: 0 },
        SHOULD: { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, error: 0 },
        MAY: { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, error: 0 },
      },
    }],
    scope: [text],
    shortfalls: [
      { requirement: text, level: "MUST", verdict: "fail", excused: true, text },
    ],
    exceptions: [{ requirement: text, reason: text, expires: "2027-01-01", state: "in_force" }],
    findings: [text],
    run: {
      ...{ started: "2026-11-29T10:00:00.000Z", seed: 1, world: "memory", kernel: text },
      ...{ version: text, commit: text, scenarios: 10, command: text },
    },
    judged_by: { version: text, commit: text, sources: HASH },
    files: { "plan.json": HASH, "manifest.json": HASH, "report.json": HASH },
    key: { algorithm: "Ed25519", public: "", fingerprint: HASH },
  };
}

Deno.test("whatever names and reasons say, they are text on the certificate", () => {
  const page = certificateHtml(statement(HOSTILE));
  for (const text of ["<script", "<img", "\u202e", "\u001b"]) assert.ok(!page.includes(text), text);
  assert.equal(page.match(/<style>/g)?.length, 1);
  assert.equal(page.match(/<\/title>/g)?.length, 1);
  // Headline, sentence, device, image, suite, scope, shortfall, exception, finding, run, judge.
  assert.ok(page.match(/&lt;script>hacked=1/g)!.length >= 20);
  assert.match(page, /\\u\{202e\}/);
});

Deno.test("the certificate shows what is certified, of whom, by which key, and how to verify it", () => {
  const page = certificateHtml(statement("Acme box 1.2", "conformant"));
  for (
    const text of [
      ...["Certificate of conformance", "Acme box 1.2", "2026-11-29 10:11:12 UTC", "2027-11-29"],
      ...["Exceptions", "is in force until 2027-01-01", "To do the same again", HASH],
      ...["plumbline verify BUNDLE --key LAB.pub", "openssl pkeyutl -verify", "fail, excused"],
    ]
  ) assert.ok(page.includes(text), text);
});

Deno.test("only what conforms is called a certificate of conformance", () => {
  for (const verdict of ["not_conformant", "inconclusive", "error"] as const) {
    const page = certificateHtml(statement("box", verdict));
    assert.doesNotMatch(page, /Certificate of conformance/);
    assert.match(page, /Signed test report/);
  }
});

Deno.test("without devices the certificate says that the reference peers were tested", () => {
  const page = certificateHtml({ ...statement("x"), devices: [], exceptions: [] });
  assert.match(page, /The reference peers of Plumbline played every role/);
  assert.match(page, /None\./);
});
