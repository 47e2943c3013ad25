/** What the hosts of peers are told, and the traces that they leave. */
import type { Profile } from "../../../suites/kit/profile.ts";
import type { NodeSetup } from "../../../suites/kit/scenario.ts";
import type { NullDeviceConfig, PeerHostConfig } from "../../peer_host/config.ts";
import { recordingFor } from "../memory/world.ts";
import { namespacePath } from "../../kernel/thread.ts";
import type { ScenarioRun } from "../world.ts";

/** What the host of a reference peer is told. @param suites Module that exports `SUITES`. */
export async function hostConfig(
  scenarioRun: ScenarioRun,
  node: string,
  setup: NodeSetup,
  profile: Profile,
  suites: string,
): Promise<PeerHostConfig> {
  const { suite, seed, directory } = scenarioRun, { attach } = profile;
  const nullDevice = await nullDeviceOf(scenarioRun, node, profile);
  return {
    suite: suite.name,
    role: setup.role,
    config: setup.config,
    ...(attach.kind === "reference" && attach.variant ? { variant: attach.variant } : {}),
    ...(nullDevice === undefined ? {} : { null: nullDevice }),
    ...(setup.stimulusFault === undefined ? {} : { stimulusFault: setup.stimulusFault }),
    node,
    traceDirectory: directory,
    seed,
    namespace: namespacePath(node),
    suites,
  };
}

/** What a null device is told; undefined for any other. */
async function nullDeviceOf(
  scenarioRun: ScenarioRun,
  node: string,
  profile: Profile,
): Promise<NullDeviceConfig | undefined> {
  const { attach } = profile;
  if (attach.kind !== "null") return undefined;
  const { conduct, after } = attach;
  const recording = await recordingFor(scenarioRun, node, profile);
  return {
    conduct,
    ...(after === undefined ? {} : { after }),
    ...(recording.length === 0 ? {} : {
      recording: recording.map(({ transmission, ...line }) => ({
        ...line,
        transmission: { ...transmission, packet: transmission.packet.toHex() },
      })),
    }),
  };
}

/** Traces that a node's host has begun: the machine's own, then one for every core. */
export function traceFiles(directory: string, node: string): { node: string; file: string }[] {
  const files = [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => name.startsWith(`${node}.`) && name.endsWith(".jsonl"));
  return files.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((file) => ({ node, file }));
}
