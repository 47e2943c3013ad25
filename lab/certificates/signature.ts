/** The certificate of a run directory: its octets, its signature, and the key that made it. */
import { Buffer } from "node:buffer";
import { type KeyObject, verify } from "node:crypto";
import { readInside, UnreadableInput } from "../../suites/engine/run_files.ts";
import { type Certificate, certificateSchema } from "../../suites/report/certificate/model.ts";
import { exists, readDocument } from "../commands/run_on_disk.ts";
import { type Finding, finding } from "../../suites/report/certificate/findings.ts";
import { fingerprint, publicKeyOf } from "./keys.ts";

/** Octets of a certificate that are read at most. */
const MOST = 16 << 20;

/** Octets of an Ed25519 signature (RFC 8032 §5.1.6). */
export const SIGNATURE_OCTETS = 64;

/** What a run directory holds of a certificate. */
export interface Signed {
  findings: Finding[];
  /** Absent where there is none that can be used. */
  certificate?: Certificate;
}

/**
 * Reads the certificate of a run directory and holds its signature against it.
 * @param trusted The key that it must be signed with; undefined when nobody named one.
 */
export function readCertificate(root: string, trusted: KeyObject | undefined): Signed {
  const [has, isSigned] = ["certificate.json", "certificate.sig"].map((name) =>
    exists(`${root}/${name}`)
  );
  if (!has && !isSigned) {
    // Whoever names a key wants to see it used: then a signature that is not there was taken away.
    const weight = trusted === undefined ? "open" : "refused";
    return { findings: [finding("unsigned", undefined, weight)] };
  }
  if (!has) return { findings: [finding("certificate_missing")] };
  const certificate = readDocument(root, "certificate.json", certificateSchema);
  if (typeof certificate !== "object") {
    const why = `certificate.json ${certificate ?? "is missing"}`;
    return { findings: [finding("certificate_malformed", why)] };
  }
  if (!isSigned) return { findings: [finding("signature_missing")] };
  return { findings: signatureFindings(root, certificate, trusted), certificate };
}

function signatureFindings(
  root: string,
  certificate: Certificate,
  trusted: KeyObject | undefined,
): Finding[] {
  const key = publicKeyOf(Buffer.from(certificate.key.public, "base64"));
  if (key === undefined || fingerprint(key) !== certificate.key.fingerprint) {
    return [finding("key_malformed")];
  }
  const findings: Finding[] = [];
  if (trusted === undefined) {
    const what = `nobody said that key ${fingerprint(key)} is to be trusted: --key FILE does`;
    findings.push(finding("key_unnamed", what));
  } else if (fingerprint(trusted) !== fingerprint(key)) {
    const what = `the certificate is signed with key ${fingerprint(key)}, and the trusted one is ` +
      fingerprint(trusted);
    findings.push(finding("key_unknown", what));
  }
  let signature: Uint8Array;
  try {
    signature = readInside(root, "certificate.sig", SIGNATURE_OCTETS);
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    return [...findings, finding("signature_malformed", error.message)];
  }
  if (signature.length !== SIGNATURE_OCTETS) {
    const what = `certificate.sig must hold ${SIGNATURE_OCTETS} octets: got ${signature.length}`;
    return [...findings, finding("signature_malformed", what)];
  }
  const octets = readInside(root, "certificate.json", MOST);
  if (!verify(null, octets, key, signature)) findings.push(finding("certificate_changed"));
  return findings;
}
