/** Compose 2 and buildx for a `docker` that has none: from Debian 13, unpacked into the user's cache. */
import { cacheFolder } from "../../devices/packages/cache.ts";
import { unpackAll } from "../../devices/packages/apt.ts";
import { join } from "../../../suites/kit/paths.ts";
import { dockerCan, type DockerEnvironment } from "../docker.ts";

const PACKAGES = ["docker-compose", "docker-buildx"];
const SOURCE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " +
  "http://deb.debian.org/debian trixie main\n";

/**
 * Provides the plug-ins.
 * @returns What makes `docker` find them; nothing where it has them.
 * @throws {Error} When they cannot be fetched.
 */
export async function provideCompose(): Promise<DockerEnvironment> {
  if (await dockerCan(["compose", "version"])) return {};
  const folder = cacheFolder("docker");
  const environment = { DOCKER_CONFIG: folder };
  if (await dockerCan(["compose", "version"], environment)) return environment;
  const parts = `${folder}.${crypto.randomUUID()}`;
  try {
    // Lists of its own: nothing of the machine's apt changes, and nothing is pinned.
    for (const name of ["lists/partial", "cache/archives/partial", "debs", "root"]) {
      await Deno.mkdir(join(parts, name), { recursive: true });
    }
    await Deno.writeTextFile(join(parts, "status"), "");
    await Deno.writeTextFile(join(parts, "sources.list"), SOURCE);
    const options = [
      `Dir::Etc::sourcelist=${parts}/sources.list`,
      "Dir::Etc::sourceparts=-",
      `Dir::State::lists=${parts}/lists`,
      `Dir::State::status=${parts}/status`,
      `Dir::Cache=${parts}/cache`,
      "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    await apt(["update", "-qq", ...options], parts);
    await apt(["download", "-q", ...options, ...PACKAGES], join(parts, "debs"));
    await unpackAll(join(parts, "debs"), join(parts, "root"));
    await Deno.mkdir(folder, { recursive: true });
    const plugins = join(folder, "cli-plugins");
    await Deno.remove(plugins, { recursive: true }).catch(() => {});
    await Deno.rename(join(parts, "root/usr/libexec/docker/cli-plugins"), plugins);
    return environment;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot fetch Compose, which "docker compose" needs, as ${why}`);
  } finally {
    await Deno.remove(parts, { recursive: true }).catch(() => {});
  }
}

async function apt(args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("apt-get", { args, cwd, stdin: "null" })
    .output();
  if (success) return;
  throw new Error(`apt-get says: ${new TextDecoder().decode(stderr).trim().split("\n")[0]}`);
}
