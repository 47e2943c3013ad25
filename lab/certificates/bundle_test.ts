/** Bundles: the same for the same run, accepted as they are, and refused by what was done to them. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type { TarEntry } from "modern-tar";
import { folderOf, membersOf, textMember, writeBundle, zipped } from "./_testing/bundles.ts";
import { flip, onSignedRun, refusals, SCENARIO } from "./_testing/signed_run.ts";
import { bundleRun } from "./bundle.ts";
import type { FindingName } from "../../suites/report/certificate/findings.ts";
import { LIMITS, mostUnpacked } from "./tar_stream.ts";
import { UsageError } from "../commands/usage.ts";

Deno.test("an untouched bundle is verified, and the same run gives the same octets", async () => {
  await onSignedRun(async ({ run, folder, verify }) => {
    const files = await bundleRun(run, `${folder}/a.tar.gz`);
    await Deno.rename(run, `${folder}/elsewhere`);
    assert.equal(await bundleRun(`${folder}/elsewhere/`, `${folder}/b.tar.gz`), files);
    const [a, b] = await Promise.all(["a", "b"].map((n) => Deno.readFile(`${folder}/${n}.tar.gz`)));
    assert.deepEqual(a, b);
    await Deno.chmod(`${folder}/a.tar.gz`, 0o400);
    const found = await verify(`${folder}/a.tar.gz`);
    assert.deepEqual([found.outcome, found.exit_code, found.findings], ["verified", 0, []]);
  });
});

Deno.test("what any tar unpacks of a bundle is the run, and verified where nobody may write", async () => {
  await onSignedRun(async ({ run, folder, verify }) => {
    await bundleRun(run, `${folder}/a.tar.gz`);
    await Deno.mkdir(`${folder}/out`);
    const { success } = await new Deno.Command("tar", {
      args: ["xzf", `${folder}/a.tar.gz`, "-C", `${folder}/out`],
    }).output();
    assert.ok(success);
    const [{ name }] = [...Deno.readDirSync(`${folder}/out`)];
    const unpacked = `${folder}/out/${name}`;
    await new Deno.Command("chmod", { args: ["-R", "a-w", unpacked] }).output();
    assert.equal((await verify(unpacked)).outcome, "verified");
    await new Deno.Command("chmod", { args: ["-R", "u+w", unpacked] }).output();
  });
});

Deno.test("what is no whole run makes no bundle, and nothing is written over", async () => {
  await onSignedRun(async ({ run, folder }) => {
    const refuses = (directory: string, out: string, why: RegExp) =>
      assert.rejects(bundleRun(directory, out), (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, why);
        return true;
      });
    await refuses(run, `${run}/a.tar.gz`, /would lie in the run/);
    await refuses(run, `${folder}/none/a.tar.gz`, /no such folder/);
    await refuses(`${folder}/none`, `${folder}/a.tar.gz`, /no such run directory/);
    await refuses(`${run}/${SCENARIO}`, `${folder}/a.tar.gz`, /no plan\.json/);
    await Deno.writeTextFile(`${folder}/a.tar.gz`, "mine");
    await refuses(run, `${folder}/a.tar.gz`, /it exists/);
    await flip(`${run}/${SCENARIO}/lan-m.pcapng`);
    await refuses(run, `${folder}/b.tar.gz`, /is not what the manifest says it was/);
    assert.equal(await Deno.readTextFile(`${folder}/a.tar.gz`), "mine");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "a.tar.gz",
      "run",
    ]);
  });
});

/** What is done to the octets of a bundle. */
const OCTETS: Record<string, [FindingName, (octets: Uint8Array) => Uint8Array]> = {
  "cut in the middle": ["archive_truncated", (octets) => octets.subarray(0, octets.length >> 1)],
  "cut by one octet": ["archive_truncated", (octets) => octets.subarray(0, -1)],
  "cut to nothing": ["archive_truncated", () => new Uint8Array()],
  "a bit flipped in the middle": ["archive_unreadable", (octets) => {
    octets[octets.length >> 1] ^= 1;
    return octets;
  }],
  "a bit flipped of its checksum": ["archive_unreadable", (octets) => {
    octets[octets.length - 8] ^= 1;
    return octets;
  }],
  "a time in its header": ["archive_altered", (octets) => {
    octets[4] ^= 1;
    return octets;
  }],
  "something behind it": ["archive_unreadable", (octets) => joined(octets, [1, 2, 3])],
  "an empty archive behind it": [
    "archive_altered",
    (octets) => joined(octets, zipped(new Uint8Array())),
  ],
  "zeros behind its tar": [
    "archive_altered",
    (octets) => zipped(joined(gunzipSync(octets), new Uint8Array(512))),
  ],
  "text behind its tar": [
    "archive_unreadable",
    (octets) => zipped(joined(gunzipSync(octets), new TextEncoder().encode("more"))),
  ],
  "a tar that is cut": [
    "archive_truncated",
    (octets) => zipped(gunzipSync(octets).subarray(0, 700)),
  ],
  "no tar": ["archive_unreadable", () => zipped(new Uint8Array(2048).fill(65))],
  "no archive": ["archive_unreadable", () => new TextEncoder().encode("x".repeat(1000))],
  "a bomb": [
    "archive_too_large",
    // 3 GiB of zeros would take their time: the limit is reached long before.
    () => zipped(new Uint8Array(LIMITS.free + 1)),
  ],
};

function joined(a: Uint8Array, b: Iterable<number>): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}

Deno.test("refused by its name: what was done to the octets of a bundle", async () => {
  await onSignedRun(async ({ run, folder, verify }) => {
    await bundleRun(run, `${folder}/a.tar.gz`);
    const before = [...Deno.readDirSync(folder)].length;
    for (const [what, [name, tamper]] of Object.entries(OCTETS)) {
      const octets = tamper(await Deno.readFile(`${folder}/a.tar.gz`));
      await Deno.writeFile(`${folder}/b.tar.gz`, octets);
      const found = await verify(`${folder}/b.tar.gz`);
      assert.deepEqual(refusals(found), [name], `${what}: ${found.sentence}`);
      assert.equal(found.exit_code, 1);
    }
    assert.equal([...Deno.readDirSync(folder)].length, before + 1);
  });
});

type MemberTrap = (members: TarEntry[], folder: string) => TarEntry[] | void;

/** What is done to the members of a bundle. */
const MEMBERS: Record<string, [FindingName, MemberTrap]> = {
  "a path outside": ["archive_path", (members, folder) => {
    members.push(textMember(`${folder}/../../escaped`, "x"));
  }],
  "an absolute path": ["archive_path", (members) => {
    members.push(textMember("/tmp/escaped", "x"));
  }],
  "a second folder": ["archive_path", (members) => {
    members.push(textMember("other/file", "x"));
  }],
  "a path of another system": ["archive_path", (members, folder) => {
    members.push(textMember(`${folder}/..\\escaped`, "x"));
  }],
  "a name with a zero in it": ["archive_path", (members, folder) => {
    const { header, body } = textMember(`${folder}/x`, "x");
    members.push({ header: { ...header, pax: { path: `${folder}/a\0b` } }, body });
  }],
  "a file below a file": ["archive_path", (members, folder) => {
    members.push(textMember(`${folder}/plan.json/x`, "x"));
  }],
  "a very long name": ["archive_path", (members, folder) => {
    members.push(textMember(`${folder}/${"x/".repeat(2000)}y`, "x"));
  }],
  "a symbolic link": ["archive_link", (members, folder) => {
    const header = { name: `${folder}/link`, size: 0, type: "symlink", linkname: "/etc/passwd" };
    members.push({ header: header as TarEntry["header"] });
  }],
  "a hard link": ["archive_link", (members, folder) => {
    const header = { name: `${folder}/link`, size: 0, type: "link", linkname: "/etc/passwd" };
    members.push({ header: header as TarEntry["header"] });
  }],
  "a FIFO": ["archive_member", (members, folder) => {
    members.push({ header: { name: `${folder}/pipe`, size: 0, type: "fifo" } });
  }],
  "a device": ["archive_member", (members, folder) => {
    members.push({ header: { name: `${folder}/zero`, size: 0, type: "character-device" } });
  }],
  "a directory": ["archive_member", (members, folder) => {
    members.push({ header: { name: `${folder}/empty/`, size: 0, type: "directory" } });
  }],
  "a member twice": ["archive_duplicate", (members) => {
    members.push(members.at(-1)!);
  }],
  "a member twice but for its case": ["archive_duplicate", (members, folder) => {
    members.push(textMember(`${folder}/PLAN.json`, "x"));
  }],
  "another order": ["archive_altered", (members) => members.reverse()],
  "another mode": ["archive_altered", (members) => {
    members[3].header.mode = 0o755;
  }],
  "an owner": ["archive_altered", (members) => {
    members[3].header.uname = "acme";
  }],
  "another folder": ["archive_altered", (members, folder) => {
    for (const { header } of members) header.name = header.name.replace(folder, "run");
  }],
  "no manifest": [
    "archive_altered",
    (members) => members.filter(({ header }) => !header.name.endsWith("/manifest.json")),
  ],
  "a member left out": [
    "file_missing",
    (members) => members.filter(({ header }) => !header.name.endsWith("row_lifetime/lan-m.pcapng")),
  ],
  "a member added": ["file_added", (members, folder) => {
    const name = `${folder}/evidence/approved.txt`;
    const at = members.findIndex(({ header }, i) => i > 3 && header.name > name);
    members.splice(at, 0, textMember(name, "by Acme"));
  }],
  "no signature": [
    "signature_missing",
    (members) => members.filter(({ header }) => !header.name.endsWith("/certificate.sig")),
  ],
};

Deno.test("refused by its name: what was done to the members of a bundle", async () => {
  await onSignedRun(async ({ run, folder, verify }) => {
    await bundleRun(run, `${folder}/a.tar.gz`);
    for (const [what, [name, tamper]] of Object.entries(MEMBERS)) {
      const members = await membersOf(`${folder}/a.tar.gz`);
      await writeBundle(`${folder}/b.tar.gz`, tamper(members, folderOf(members)) ?? members);
      const found = await verify(`${folder}/b.tar.gz`);
      assert.deepEqual(refusals(found), [name], `${what}: ${JSON.stringify(found.findings)}`);
    }
    for (const place of ["/tmp/escaped", `${folder}/escaped`, `${folder}/../escaped`]) {
      await assert.rejects(Deno.lstat(place), Deno.errors.NotFound);
    }
    // A way to make the archive that is none of theirs is no tampering.
    await writeBundle(`${folder}/c.tar.gz`, await membersOf(`${folder}/a.tar.gz`));
    assert.equal((await verify(`${folder}/c.tar.gz`)).outcome, "verified");
  });
});

Deno.test("a member that says it is huge is not waited for", async () => {
  await onSignedRun(async ({ run, folder, verify }) => {
    await bundleRun(run, `${folder}/a.tar.gz`);
    const tar = new Uint8Array(gunzipSync(await Deno.readFile(`${folder}/a.tar.gz`)));
    // GNU's form of sizes beyond 8 GiB: the first bit, and the number in binary.
    const size = new Uint8Array(12);
    size[0] = 0x80;
    new DataView(size.buffer).setBigUint64(4, 2n ** 45n);
    tar.set(size, 124);
    tar.fill(32, 148, 156);
    const sum = tar.subarray(0, 512).reduce((a, b) => a + b);
    tar.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0") + "\0 "), 148);
    await Deno.writeFile(`${folder}/b.tar.gz`, zipped(tar));
    assert.deepEqual(refusals(await verify(`${folder}/b.tar.gz`)), ["archive_too_large"]);
  });
});

Deno.test("the limits of bundles leave room for runs that compress well, and none for bombs", () => {
  assert.equal(mostUnpacked(1), LIMITS.free);
  assert.equal(mostUnpacked(10 ** 6), 10 ** 6 * LIMITS.ratio);
  assert.equal(mostUnpacked(10 ** 12), LIMITS.total);
});
