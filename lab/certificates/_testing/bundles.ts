/** Bundles as somebody else might make them. */
import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, type TarEntry, unpackTar } from "modern-tar";

/** The members of a bundle, whose data are all there. */
export async function membersOf(path: string): Promise<TarEntry[]> {
  const tar = gunzipSync(await Deno.readFile(path));
  const members = await unpackTar(new Uint8Array(tar), { strict: true });
  return members.map(({ header, data }) => ({ header, body: data ?? new Uint8Array() }));
}

/** Octets as a bundle would hold them, its header included. */
export function zipped(octets: Uint8Array): Uint8Array {
  const out = gzipSync(octets);
  // What system the library says that it ran on.
  out[9] = 3;
  return new Uint8Array(out);
}

/** Writes members as a bundle. */
export async function writeBundle(path: string, members: readonly TarEntry[]): Promise<void> {
  await Deno.writeFile(path, zipped(await packTar(members)));
}

/** The folder that the members of a bundle lie in. */
export function folderOf(members: readonly TarEntry[]): string {
  return members[0].header.name.split("/")[0];
}

/** A member with text in it. */
export function textMember(name: string, text: string): TarEntry {
  const body = new Uint8Array(Buffer.from(text));
  return { header: { name, size: body.length, mtime: new Date(0), uid: 0, gid: 0 }, body };
}
