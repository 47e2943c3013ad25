/** Verifies a run or a bundle, and says what was found. */
import { escapeControls } from "../../captures/escape.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import type { Verification } from "../../suites/report/certificate/verification_model.ts";
import { readTrustedKey } from "../certificates/keys.ts";
import { verifyPath } from "../certificates/verify_path.ts";
import { aligned } from "../terminal/text_table.ts";
import { print, printJson } from "./usage.ts";

/** Options of `verify` as the command line gives them. */
export interface VerifyOptions {
  key?: string;
  at?: string;
  json?: boolean;
}

/** Runs `verify`; gives the exit code. */
export async function verify(path: string, options: VerifyOptions): Promise<number> {
  const { key, at = new Date().toISOString().slice(0, 10), json = false } = options;
  const trusted = key === undefined ? undefined : readTrustedKey(key);
  const found = await verifyPath(path, {
    ...(trusted === undefined ? {} : { key: trusted }),
    today: at,
  });
  if (json) printJson(found);
  else print(verificationText(found));
  return found.exit_code;
}

/** What verification found, for a person at a terminal. */
export function verificationText(found: Verification): string {
  const { findings, certificate, recomputed, outcome, sentence } = found;
  const lines: string[] = [];
  // What is said by what was refused is nothing to read first.
  if (certificate !== undefined && outcome !== "refused") lines.push(about(certificate), "");
  if (recomputed !== undefined) {
    const { files, scenarios, verdicts } = recomputed;
    lines.push(
      `recomputed: ${files} hashes, what ${scenarios} scenarios owe, and ${verdicts} verdicts`,
    );
  }
  if (findings.length > 0) {
    lines.push(
      aligned(findings.map(({ name, weight, what }) => [weight, name, escapeControls(what)]), 3),
    );
  }
  if (lines.length > 0) lines.push("");
  return [...lines, escapeControls(sentence)].join("\n");
}

function about(certificate: Certificate): string {
  const { devices, headline, sentence, issued, valid_until, key, run } = certificate;
  const who = devices.map(({ vendor, name, version, roles }) =>
    `${[vendor, name, version].filter(Boolean).join(" ")} as ${roles.join(", ")}`
  );
  const rows: string[][] = [
    ["device", who.join("; ") || "the reference peers of Plumbline"],
    ["verdict", `${headline}. ${sentence}`],
    ["run", `${run.started}, ${run.world} world, seed ${run.seed}`],
    ["signed", `${issued}, valid until ${valid_until}`],
    ["key", `Ed25519, SHA-256 ${key.fingerprint}`],
  ];
  return aligned(rows.map(([name, text]) => [`${name}:`, escapeControls(text)]), 2);
}
