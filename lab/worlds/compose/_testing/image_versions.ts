/** Whether the images of third parties that no suite plays yet start, and what they say that they are. */
import { docker } from "../../../engine/docker.ts";
import type { PrivateEngine } from "../../../engine/_testing/private_engine.ts";

/** An image, and how it shows that its device runs. */
interface Shown {
  tag: string;
  capabilities: readonly string[];
  /** What the device says once it is ready. */
  ready: string;
  /** Asks the device, which has to run for it to answer. */
  ask: string;
}

const SHOWN: readonly Shown[] = [
  {
    tag: "plumbline-strongswan",
    capabilities: ["NET_ADMIN", "NET_BIND_SERVICE", "SETUID", "SETGID"],
    ready: "strongSwan listens",
    ask: "swanctl --version; swanctl --stats",
  },
  {
    tag: "plumbline-frr",
    capabilities: [
      ...["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE", "SETUID", "SETGID", "CHOWN"],
    ],
    ready: "FRR speaks BGP",
    ask: "vtysh -c 'show version'; vtysh -c 'show bgp summary'",
  },
];

/** Starts the device of each image as its agent does, and gives what it says of itself, by tag. */
export async function imageVersions(
  { environment }: PrivateEngine,
): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const { tag, capabilities, ready, ask } of SHOWN) {
    const script = `echo config_wan_0_address=127.0.0.1 > /tmp/settings
      PLUMBLINE_SETTINGS=/tmp/settings sh /plumbline/device.sh > /tmp/log 2>&1 &
      for i in $(seq 300); do
        if grep -q '${ready}' /tmp/log; then break; fi
        sleep 0.1
      done
      tail -n 2 /tmp/log
      ${ask}`;
    const rights = capabilities.flatMap((name) => ["--cap-add", name]);
    said[tag] = await docker(
      [
        ...["run", "--rm", "--network", "none", "--cap-drop", "ALL", ...rights],
        ...["--entrypoint", "sh", tag, "-c", script],
      ],
      environment,
    );
  }
  return said;
}
