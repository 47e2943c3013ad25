/** The images of the compose lab, from whatever is in reach: a registry, or Debian's packages alone. */
import { cacheFolder } from "../devices/packages/cache.ts";
import { docker, dockerCan, type DockerEnvironment } from "./docker.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DEBIAN = "debian:bookworm-slim", DENO = "denoland/deno:bin-2.9.6";
/** The certificates of the machine: it may reach its mirrors by a proxy that has one of its own. */
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * A shell's words that start a command with room for temporary files in memory, where root may mount it
 * at a folder ($0): unpacking a system's packages to a disk takes most of the time.
 */
const IN_MEMORY = `
  if [ "$(id -u)" = 0 ] && unshare --mount true 2> /dev/null; then
    mounted='mount -t tmpfs tmpfs "$0" 2> /dev/null && export TMPDIR="$0"; exec "$@"'
    exec unshare --mount sh -c "$mounted" "$0" "$@"
  fi
  exec "$@"`;

/** An image that this repository can build. */
export interface BuiltImage {
  tag: string;
  /** Path of its Dockerfile in the repository, and the stage of it. */
  file: string;
  target?: string;
}

/** The images of the lab and of its peers. */
export const LAB_IMAGES: readonly BuiltImage[] = [
  { tag: "plumbline", file: "Dockerfile" },
  { tag: "plumbline-peer", file: "Dockerfile", target: "peer" },
];

/** The images of third parties' devices: a folder each of `lab/devices/images`. */
export const DEVICE_IMAGES: readonly BuiltImage[] = ["xl2tpd", "nftables_nat", "strongswan", "frr"]
  .map((name) => ({
    tag: `plumbline-${name.replaceAll("_", "-")}`,
    file: `lab/devices/images/${name}/Dockerfile`,
  }));

/**
 * Builds images, and what they are made from where no registry has it.
 * @param progress Told what is under way.
 * @throws {Error} When one cannot be built, with what was said last.
 */
export async function buildImages(
  images: readonly BuiltImage[],
  env: DockerEnvironment,
  progress: (line: string) => void = () => {},
): Promise<void> {
  await provideBase(DEBIAN, env, async () => (await Deno.open(await debianTar(progress))).readable);
  await provideBase(DENO, env, denoAlone);
  // An engine without a bridge builds in the network of the machine.
  const hasBridge = (await docker(["network", "ls", "-q", "--filter", "name=bridge"], env)) !== "";
  const network = hasBridge ? [] : ["--network", "host"];
  for (const { tag, file, target } of images) {
    progress(`building ${tag}`);
    const stage = target === undefined ? [] : ["--target", target];
    await docker(["build", "-q", ...network, ...stage, "-t", tag, "-f", ROOT + file, ROOT], env);
  }
}

/**
 * Makes sure that the images which others are made from can be had, and takes what that costs.
 * @throws {Error} When no registry answers and they cannot be made here, with the reason.
 */
export async function ensureBases(env: DockerEnvironment): Promise<void> {
  if (!await dockerCan(["manifest", "inspect", DEBIAN], env)) await debianTar(() => {});
}

/** What images are built from: packages of the lab's from npm's registry, of third parties from Debian's. */
const SOURCES = [
  "https://registry.npmjs.org/commander",
  "http://deb.debian.org/debian/dists/bookworm/InRelease",
];
/** Milliseconds that each has to answer. */
const ANSWER = 10_000;

/**
 * Makes sure that what images are built from is in reach: no cache has all of it.
 * @throws {Error} When it is not, with what does not answer.
 */
export async function ensureSources(): Promise<void> {
  for (const source of SOURCES) {
    try {
      const signal = AbortSignal.timeout(ANSWER);
      const { ok, status, body } = await fetch(source, { method: "HEAD", signal });
      await body?.cancel();
      if (!ok) throw new Error(`it answers ${status}`);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `images cannot be built as ${new URL(source).host} is out of reach: ${message}`,
      );
    }
  }
}

/** Provides an image that others are made from: there, pulled, or made here as a tar of its files. */
async function provideBase(
  tag: string,
  env: DockerEnvironment,
  make: () => Promise<ReadableStream<Uint8Array>>,
): Promise<void> {
  if (await dockerCan(["image", "inspect", tag], env)) return;
  if (await dockerCan(["pull", "-q", tag], env)) return;
  await docker(["import", "-c", 'CMD ["bash"]', "-", tag], env, await make());
}

/** Path of a tar of Debian 12, made by mmdebstrap; kept in the user's cache. */
async function debianTar(progress: (line: string) => void): Promise<string> {
  const path = cacheFolder("images", "debian-bookworm-slim.tar");
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  progress(`making ${DEBIAN} from Debian's packages, as no registry answers`);
  await Deno.mkdir(cacheFolder("images"), { recursive: true });
  const part = `${path}.${crypto.randomUUID()}`;
  const certificates = await Deno.stat(CERTIFICATES).then(
    () => [`--customize-hook=upload ${CERTIFICATES} ${CERTIFICATES}`],
    () => [],
  );
  const room = `${part}.room`;
  await Deno.mkdir(room);
  const made = await new Deno.Command("sh", {
    args: [
      ...["-c", IN_MEMORY, room, "mmdebstrap"],
      "--quiet",
      "--variant=essential",
      "--include=apt,ca-certificates,iproute2,mount",
      "--dpkgopt=path-exclude=/usr/share/doc/*",
      "--dpkgopt=force-unsafe-io",
      ...certificates,
      "--format=tar",
      "bookworm",
      part,
    ],
    stdin: "null",
  }).output();
  await Deno.remove(room, { recursive: true }).catch(() => {});
  if (made.code === 127) {
    throw new Error(
      "Cannot make a base image as mmdebstrap is not installed, and no registry answers",
    );
  }
  if (!made.success) {
    await Deno.remove(part).catch(() => {});
    const said = new TextDecoder().decode(made.stderr).trim().split("\n").at(-1);
    throw new Error(`Cannot make a base image as mmdebstrap says: ${said}`);
  }
  await Deno.rename(part, path);
  return path;
}

/** A tar of nothing but the program that runs this one. */
async function denoAlone(): Promise<ReadableStream<Uint8Array>> {
  const program = await Deno.realPath(Deno.execPath());
  const at = program.lastIndexOf("/");
  const name = program.slice(at + 1);
  return new Deno.Command("tar", {
    args: ["-C", program.slice(0, at), `--transform=s|^${name}$|deno|`, "-c", name],
    stdout: "piped",
  }).spawn().stdout;
}
