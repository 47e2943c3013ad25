import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { inFolder } from "../_testing/command_line.ts";
import { UsageError } from "../commands/usage.ts";
import {
  fingerprint,
  newKey,
  publicDer,
  publicKeyOf,
  readKey,
  readSigningKey,
  readTrustedKey,
} from "./keys.ts";

Deno.test("a new key is its owner's alone, whatever the mask of the user", async () => {
  await inFolder(async (folder) => {
    const before = Deno.umask(0o277);
    try {
      newKey(`${folder}/lab.key`);
    } finally {
      Deno.umask(before);
    }
    const mode = async (name: string) => (await Deno.stat(`${folder}/${name}`)).mode! & 0o777;
    assert.equal(await mode("lab.key"), 0o600);
    assert.equal(await mode("lab.key.pub"), 0o644);
    assert.equal(readKey(`${folder}/lab.key`).warning, undefined);
  });
});

Deno.test("no key is ever replaced, and half a pair is not left", async () => {
  await inFolder(async (folder) => {
    newKey(`${folder}/a`);
    const was = await Deno.readTextFile(`${folder}/a`);
    assert.throws(() => newKey(`${folder}/a`), /it exists, and a key is never replaced/);
    assert.equal(await Deno.readTextFile(`${folder}/a`), was);

    await Deno.writeTextFile(`${folder}/b.pub`, "mine");
    assert.throws(() => newKey(`${folder}/b`), /b\.pub as it exists/);
    assert.equal(await Deno.readTextFile(`${folder}/b.pub`), "mine");
    await assert.rejects(Deno.lstat(`${folder}/b`), Deno.errors.NotFound);

    await Deno.symlink(`${folder}/nowhere`, `${folder}/c`);
    assert.throws(() => newKey(`${folder}/c`), UsageError);
    await assert.rejects(Deno.lstat(`${folder}/nowhere`), Deno.errors.NotFound);
    assert.throws(() => newKey(`${folder}/none/d`), /there is no such file/);
  });
});

Deno.test("the fingerprint is SHA-256 of the public key, by whichever of both files it is asked", async () => {
  await inFolder((folder) => {
    const mark = newKey(`${folder}/lab.key`);
    const [own, other] = ["lab.key", "lab.key.pub"].map((name) => readKey(`${folder}/${name}`));
    assert.deepEqual([own.isPrivate, other.isPrivate], [true, false]);
    assert.equal(fingerprint(own.key), mark);
    assert.equal(fingerprint(other.key), mark);
    assert.equal(createHash("sha256").update(publicDer(other.key)).digest("hex"), mark);
    // RFC 8410 §4: 12 octets of algorithm and lengths, and the key's 32.
    assert.equal(publicDer(other.key).length, 44);
    assert.equal(fingerprint(readTrustedKey(`${folder}/lab.key`)), mark);
    return Promise.resolve();
  });
});

Deno.test("a private key that others may read is used, and said to be", async () => {
  await inFolder(async (folder) => {
    newKey(`${folder}/lab.key`);
    await Deno.chmod(`${folder}/lab.key`, 0o640);
    assert.match(readSigningKey(`${folder}/lab.key`).warning ?? "", /others .* chmod 600/);
  });
});

Deno.test("what is no Ed25519 key is refused by what it is", async () => {
  await inFolder(async (folder) => {
    const pem = (text: string | Uint8Array) => String(text);
    const x = generateKeyPairSync("x25519");
    const p = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const e = generateKeyPairSync("ed25519");
    const files: [string, string, RegExp][] = [
      ["x", pem(x.privateKey.export({ type: "pkcs8", format: "pem" })), /got x25519/],
      ["p", pem(p.publicKey.export({ type: "spki", format: "pem" })), /got ec/],
      [
        "locked",
        pem(e.privateKey.export({
          ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
        })),
        /passphrase/,
      ],
      ["empty", "", /must be an Ed25519 key in PEM/],
      ["text", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", /in PEM/],
      ["large", "x".repeat(1 << 20), /at most \d+ octets/],
    ];
    for (const [name, text, why] of files) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      assert.throws(() => readKey(`${folder}/${name}`), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, why);
        return true;
      });
    }
    assert.throws(() => readKey(`${folder}/none`), /there is no such file/);
    assert.throws(() => readKey(folder), /must be a regular file: got a directory/);
    newKey(`${folder}/lab.key`);
    assert.throws(() => readSigningKey(`${folder}/lab.key.pub`), /got a public one/);
  });
});

Deno.test("octets stand for a public key only in the one form that it has", async () => {
  await inFolder((folder) => {
    newKey(`${folder}/lab.key`);
    const der = publicDer(readTrustedKey(`${folder}/lab.key`));
    assert.ok(publicKeyOf(der));
    assert.equal(publicKeyOf(new Uint8Array([...der, 0])), undefined);
    assert.equal(publicKeyOf(der.subarray(1)), undefined);
    assert.equal(publicKeyOf(new Uint8Array()), undefined);
    return Promise.resolve();
  });
});
