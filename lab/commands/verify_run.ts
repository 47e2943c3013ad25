/** Verifies a run or a bundle, and says what was found. */
import { listed } from "../../suites/kit/listed.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import type { Verification } from "../../suites/report/certificate/verification_model.ts";
import { readTrustedKey } from "../certificates/keys.ts";
import { verifyPath } from "../certificates/verify_path.ts";
import { type Style, styleOf, wrapped } from "../terminal/style.ts";
import { listing } from "../terminal/text_table.ts";
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
  else print(verificationText(found, styleOf("stdout")));
  return found.exit_code;
}

/** What each outcome is in colour. */
const FORMATS = { verified: "green", refused: "red", open: "yellow" } as const;

/** What verification found, for a person at a terminal. */
export function verificationText(found: Verification, style: Style): string {
  const { findings, certificate, recomputed, outcome, verdict, sentence } = found;
  const parts: string[][] = [];
  // What a refused certificate says of itself is nothing to read first.
  if (certificate !== undefined && outcome !== "refused") parts.push(about(certificate, style));
  if (recomputed !== undefined) {
    const { files, scenarios, verdicts } = recomputed;
    const what = `recomputed ${files} hashes, what was owed, and ${verdicts} verdicts of ` +
      `${scenarios} scenarios`;
    parts.push(wrapped(what, 2, style));
  }
  if (findings.length > 0) {
    const rows = findings.map(({ weight, name, what }) => [weight, name, what]);
    parts.push(listing(["weight", "finding", "what it is"], rows, style));
  }
  const [first, ...rest] = wrapped(sentence, 0, style);
  const [word] = first.split(":", 1);
  const isGood = verdict === undefined || verdict === "conformant";
  const format = outcome === "verified" && !isGood ? "yellow" : FORMATS[outcome];
  parts.push([style.paint("bold", style.paint(format, word)) + first.slice(word.length), ...rest]);
  return parts.map((lines) => lines.join("\n")).join("\n\n");
}

function about(certificate: Certificate, style: Style): string[] {
  const { devices, headline, sentence, issued, valid_until, key, run } = certificate;
  const who = devices.map(({ vendor, name, version, roles }) =>
    `${[vendor, name, version].filter(Boolean).join(" ")} as ${listed(roles)}`
  );
  const rows: [string, string][] = [
    ["device", who.join("; ") || "the reference peers of Plumbline"],
    ["verdict", `${headline}. ${sentence}`],
    ["run", `${run.started}, ${run.world} world, seed ${run.seed}`],
    ["signed", `${issued}, valid until ${valid_until}`],
    ["key", `Ed25519, SHA-256 ${key.fingerprint}`],
  ];
  const indent = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) => wrapped(name.padEnd(indent) + text, indent, style));
}
