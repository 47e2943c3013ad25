/** Keys of test labs: Ed25519 (RFC 8032) in PEM (RFC 8410), as openssl reads and writes them. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { chmodSync, closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { readNamedText, UnreadableInput } from "../../suites/engine/run_files.ts";
import { whyNot } from "../../suites/engine/system_error.ts";
import { UsageError } from "../commands/usage.ts";

/** Octets of a key file that are read at most. */
const MOST = 16 << 10;

/** What stands behind the name of a private key in that of its public key. */
export const PUBLIC_SUFFIX = ".pub";

/** A key as it was read from a file. */
export interface NamedKey {
  key: KeyObject;
  /** Whether it can sign. */
  isPrivate: boolean;
  /** Why its file should be looked at, as a sentence; undefined where nothing is wrong. */
  warning?: string;
}

/**
 * SHA-256 of a public key's DER form (SubjectPublicKeyInfo, RFC 5280 §4.1), in hexadecimal:
 * `openssl pkey -pubin -in FILE -outform DER | sha256sum` shows the same.
 */
export function fingerprint(key: KeyObject): string {
  return createHash("sha256").update(publicDer(key)).digest("hex");
}

/** A public key's DER form (SubjectPublicKeyInfo). */
export function publicDer(key: KeyObject): Uint8Array {
  return publicOf(key).export({ type: "spki", format: "der" });
}

/** A public key in PEM. */
export function publicPem(key: KeyObject): string {
  return publicOf(key).export({ type: "spki", format: "pem" }) as string;
}

/** The Ed25519 public key of a DER form; undefined where the octets are none. */
export function publicKeyOf(der: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
    // One key has one form: another that decodes to it is somebody's work.
    return key.asymmetricKeyType === "ed25519" && Buffer.from(der).equals(publicDer(key))
      ? key
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a key pair: `path` is the private key, which its owner alone may read, and `path`.pub the
 * public one. Nothing that exists is replaced.
 * @returns The fingerprint.
 * @throws {UsageError} When one of the files exists, or cannot be written.
 */
export function newKey(path: string): string {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  writeNew(path, pem, 0o600);
  try {
    writeNew(path + PUBLIC_SUFFIX, publicPem(publicKey), 0o644);
  } catch (error) {
    // Half a pair is none: the private key of a moment ago is nobody's yet.
    rmSync(path);
    throw error;
  }
  return fingerprint(publicKey);
}

function writeNew(path: string, text: string, mode: number): void {
  let file: number;
  try {
    // Fails where something of that name exists, be it a link that leads nowhere.
    file = openSync(path, "wx", mode);
  } catch (error) {
    const exists = (error as { code?: unknown }).code === "EEXIST";
    const why = exists ? "it exists, and a key is never replaced" : whyNot(error);
    throw new UsageError(`Cannot write key ${path} as ${why}`);
  }
  try {
    // Whatever the user's mask is.
    chmodSync(path, mode);
    const octets = new TextEncoder().encode(text);
    for (let at = 0; at < octets.length;) at += writeSync(file, octets, at);
  } catch (error) {
    rmSync(path, { force: true });
    throw new UsageError(`Cannot write key ${path} as ${whyNot(error)}`);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a key, private or public.
 * @throws {UsageError} When the file is missing, is no key, or one of another kind.
 */
export function readKey(path: string): NamedKey {
  const text = pemText(path);
  const refuse = (why: string) => new UsageError(`Cannot use key ${path} as ${why}`);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(text)) {
    throw refuse("it is protected by a passphrase: openssl pkey -in FILE -out OTHER removes it");
  }
  const isPrivate = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
  let key: KeyObject;
  try {
    key = isPrivate ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    throw refuse("it must be an Ed25519 key in PEM, as key new writes it");
  }
  const kind = key.asymmetricKeyType;
  if (kind !== "ed25519") throw refuse(`it must be an Ed25519 key: got ${kind}`);
  const warning = isPrivate ? openToOthers(path) : undefined;
  return { key, isPrivate, ...(warning === undefined ? {} : { warning }) };
}

/**
 * Reads a key that signs.
 * @throws {UsageError} As `readKey`, and when the key is a public one.
 */
export function readSigningKey(path: string): NamedKey {
  const found = readKey(path);
  if (found.isPrivate) return found;
  throw new UsageError(
    `Cannot sign with key ${path} as it must be a private key: got a public one`,
  );
}

/**
 * Reads a key that signatures are held against: a public key, or a private one's.
 * @throws {UsageError} As `readKey`.
 */
export function readTrustedKey(path: string): KeyObject {
  return publicOf(readKey(path).key);
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === "public" ? key : createPublicKey(key);
}

function pemText(path: string): string {
  try {
    return readNamedText(path, MOST);
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    const why = error.message.replace(/^Cannot read .*? as /s, "");
    throw new UsageError(`Cannot use key ${path} as ${why}`);
  }
}

function openToOthers(path: string): string | undefined {
  const mode = statSync(path).mode & 0o077;
  return mode === 0
    ? undefined
    : `others than its owner may read private key ${path}: chmod 600 closes it`;
}
