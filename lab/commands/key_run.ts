/** Makes and shows keys. */
import { escapeControls } from "../../captures/escape.ts";
import { fingerprint, newKey, PUBLIC_SUFFIX, publicPem, readKey } from "../certificates/keys.ts";
import { print } from "./usage.ts";

/** Runs `key new`; gives the exit code. */
export function makeKey(path: string): number {
  const mark = newKey(path);
  const name = escapeControls(path);
  print(`Private key: ${name}`);
  print(`Public key: ${name}${PUBLIC_SUFFIX}`);
  print(`Fingerprint: SHA-256 ${mark}`);
  return 0;
}

/** Runs `key show`; gives the exit code. */
export function showKey(path: string): number {
  const { key, isPrivate, warning } = readKey(path);
  if (warning !== undefined) console.error(`plumbline: ${escapeControls(warning)}`);
  print(`${escapeControls(path)} is an Ed25519 ${isPrivate ? "private" : "public"} key`);
  print(`Fingerprint: SHA-256 ${fingerprint(key)}`);
  print(publicPem(key).trimEnd());
  return 0;
}
