/**
 * The netns world: real kernel, real sockets, one network namespace for every node. So is the compose
 * world, but that containers own the namespaces of some nodes, and play there.
 */
import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { PeerHostConfig } from "../../peer_host/config.ts";
import { newRecord, writeRecord } from "../evidence_writer.ts";
import { referenceProfile } from "../../devices/reference.ts";
import { forgetConnections } from "../../kernel/netfilter.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { type ScenarioRun, setupsOf, type World } from "../world.ts";
import { bringUp, type Lab, type LabOptions, setLanMtu, takeDown, tapSources } from "./lab.ts";
import { hostConfig, traceFiles } from "./peer_files.ts";
import type { DeviceProcess } from "../../devices/device_process.ts";
import { framePorts, requireFramePorts } from "../../devices/frame_ports.ts";
import { kindOf, refusal } from "../../devices/kinds/registry.ts";
import type { Container } from "../../devices/container/agent.ts";
import { collectTraces, writeOrders } from "../../devices/container/files.ts";
import type { PeerProcess } from "../../devices/peer_process.ts";
import { type StartingStep, startInOrder } from "../../devices/starting_order.ts";
import { firstStuck, watchStuck } from "../../devices/stuck.ts";
import { bidFarewell } from "./farewell.ts";
import { recordingAt } from "../memory/world.ts";
import { Guests } from "./guests.ts";
import { Interruption } from "./interruptible.ts";
import { PeerHosts } from "./peer_hosts.ts";
import { Recorder } from "./recorder.ts";
import { NeedsEmulation, NetnsDriver } from "./driver.ts";
import { initiates, passAll, preflightsOf } from "./preflight.ts";
import { Wires } from "./wires.ts";

/** Octets of a datagram on a LAN port whose device's configuration does not say. */
const DEFAULT_MTU = 1500;

/** A world of real kernels. */
export type RealWorldName = Extract<World["name"], "netns" | "compose">;

/** How the world is set up. */
export interface NetnsOptions extends Pick<LabOptions, "tun"> {
  /** Which of the two it is. */
  name?: RealWorldName;
  /** Module that exports `SUITES`, for the processes that host peers. */
  suites?: string;
}

/** A lab that stands, with what watches and joins it. */
interface Standing {
  lab: Lab;
  recorder: Recorder;
  wires: Wires;
}

/** Where devices are made known as they start. */
interface KnownDevices {
  set(node: string, device: DeviceProcess): void;
}

/** Runs scenarios on real namespaces; the process must be inside (see `enter.ts`). */
export class NetnsWorld implements World {
  readonly name: RealWorldName;
  #standing: Standing | undefined;
  /** Who has played in the lab that stands. */
  readonly #guests = new Guests();
  #emulate = new Set<string>();
  readonly #hosts: PeerHosts;
  #last: Promise<unknown> = Promise.resolve();
  readonly #suites: string;

  constructor(readonly options: NetnsOptions = {}) {
    this.name = options.name ?? "netns";
    this.#suites = options.suites ?? new URL("../../../suites/registry.ts", import.meta.url).href;
    this.#hosts = new PeerHosts(this.#suites);
  }

  /** One scenario at a time: there is one lab. */
  run(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    const result = this.#last.then(() => this.#runNext(scenarioRun));
    this.#last = result.catch(() => {});
    return result;
  }

  async #runNext(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    for (;;) {
      try {
        return await this.#attempt(scenarioRun);
      } catch (error) {
        if (!(error instanceof NeedsEmulation)) throw error;
        // The scenario starts over, on a lab whose link can be changed.
        this.#emulate.add(error.link);
      }
    }
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#hosts.end();
    await this.#takeDown();
  }

  async #attempt(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    const { scenario, scenario: { topology }, directory, progress, seed } = scenarioRun;
    await Deno.mkdir(directory, { recursive: true });
    const record = newRecord(scenarioRun, this.name);
    const standing = await this.#stand(scenarioRun);
    const { recorder, wires } = standing;
    wires.begin();
    await recorder.begin(directory);
    const devices = new Map<string, DeviceProcess>();
    const driver = new NetnsDriver({ topology, devices, wires, recorder, progress, seed });
    const interruption = new Interruption();
    const unwatch = watchStuck(devices, (why) => interruption.interrupt(why));
    let rebuild: NeedsEmulation | undefined;
    const preflights = scenarioRun.preflight ? preflightsOf(scenarioRun) : [];
    try {
      await driver.floating.begin();
      const starting = this.#startDevices(scenarioRun, standing, record, driver, {
        set: (node, device) => {
          devices.set(node, device);
          // A device that ends by itself ends the scenario: nobody should wait for it.
          void device.ended.then((reason) => interruption.interrupt(reason));
        },
      });
      await interruption.unless(starting).catch(async (error) => {
        // Whatever is still starting is waited for, so that all that has started is known.
        await Promise.all([...devices.values()].map((device) => device.stop()));
        await starting.catch(() => {});
        throw error;
      });
      scenarioRun.begun?.();
      if (scenarioRun.preflight) await passAll(preflights, scenarioRun, interruption, driver);
      else {
        await scenario.run(interruption.driver(driver));
        await driver.settle();
        await driver.floating.settle();
      }
    } catch (error) {
      if (error instanceof NeedsEmulation) rebuild = error;
      record.problem = error instanceof Error ? error.message : String(error);
    }
    unwatch();
    // Whatever came of it: what a device that hangs leaves undone is not its conduct.
    record.problem = await firstStuck(devices) ?? record.problem;
    for (const preflight of preflights) preflight.close();
    await driver.close();
    // Captured before the devices end one after another: what a dead one does not answer proves nothing.
    const { counters, lateness } = await recorder.end();
    record.captureCounters = counters;
    record.linkCounters = wires.counters();
    await bidFarewell(scenarioRun, devices);
    const nodes: Record<string, number> = {};
    await Promise.all(
      [...devices].map(async ([node, device]) => {
        const late = await this.#hosts.stop(device);
        if (late !== undefined) nodes[node] = late;
      }),
    );
    await this.#findTraces(scenarioRun, record);
    record.lateness = { nodes, wires: wires.lateness(), ...lateness };
    record.stimuli = driver.stimuli.toSorted((a, b) => a.at - b.at);
    const isSpent = Object.values(record.nodes).some(({ profile: { attach } }) => {
      const kind = kindOf(attach);
      return kind.plays === "third party" && kind.spendsLab;
    });
    if (isSpent || driver.spent) await this.#takeDown();
    if (rebuild !== undefined) throw rebuild;
    writeRecord(record, directory);
    return record;
  }

  /** Brings the lab up, or finds it standing from the scenario before. */
  async #stand(scenarioRun: ScenarioRun): Promise<Standing> {
    const { scenario: { topology }, seed, containers = {} } = scenarioRun;
    const standing = this.#standing;
    const emulated = topology.links.every(({ name, impairment }) =>
      standing?.wires.has(name) || (impairment === undefined && !this.#emulate.has(name))
    );
    if (standing !== undefined && emulated && this.#guests.areOnly(scenarioRun.profiles)) {
      const stands = [standing.lab.topology, standing.lab.containers];
      if (JSON.stringify(stands) === JSON.stringify([topology, containers])) return standing;
    }
    await this.#takeDown();
    scenarioRun.progress?.(`bringing up the lab "${topology.name}"`);
    const lab = await bringUp(topology, { ...this.options, emulate: this.#emulate, containers });
    try {
      const recorder = await Recorder.open(tapSources(topology));
      return this.#standing = { lab, recorder, wires: await Wires.start(lab.wires, seed) };
    } catch (error) {
      await takeDown(lab);
      throw error;
    }
  }

  async #takeDown(): Promise<void> {
    const standing = this.#standing;
    this.#guests.clear();
    this.#standing = undefined;
    if (standing === undefined) return;
    await standing.recorder.close();
    await standing.wires.close();
    await takeDown(standing.lab);
  }

  async #startDevices(
    scenarioRun: ScenarioRun,
    { lab }: Standing,
    record: EvidenceRecord,
    { floating }: NetnsDriver,
    devices: KnownDevices,
  ): Promise<void> {
    const { directory } = scenarioRun;
    const steps = await Promise.all(
      setupsOf(scenarioRun).map(async ([node, setup]): Promise<StartingStep[]> => {
        const profile = scenarioRun.profiles[node] ??
          referenceProfile(scenarioRun.suite, setup.role);
        record.nodes[node] = { role: setup.role, config: setup.config, profile };
        const kind = kindOf(profile.attach);
        const why = refusal(profile, this.name);
        if (why !== undefined || kind.plays === "nothing") throw new TypeError(why);
        const { mtu } = setup.config;
        setLanMtu(lab, node, typeof mtu === "number" ? mtu : DEFAULT_MTU);
        requireFramePorts(lab.topology, node, framePorts(setup.config));
        const recording = () => recordingAt(scenarioRun, node);
        const order = kind.plays === "machine" ? await kind.machine(profile.attach, recording) : {};
        const config = hostConfig(scenarioRun, node, setup, order, this.#suites);
        const file = `${directory}/${node}.config.json`;
        await Deno.writeTextFile(file, JSON.stringify(config, null, 1) + "\n");
        const known = <T extends DeviceProcess>(device: T): T => {
          devices.set(node, device);
          return device;
        };
        const container = lab.containers[node];
        const settings = { ...config, tunnelled: lab.topology.nodes[node].tunnelled };
        if (container !== undefined) await this.#hosts.agent(container);
        const told = container && await writeOrders(container, { ...config }, settings);
        if (kind.plays === "machine") {
          const claim = (claims: readonly string[]) => floating.claim(node, claims);
          const start = { file: told ?? file, config, claim, container };
          return this.#startsOfPeer(start, known);
        }
        this.#guests.add(node, profile);
        // What the kernel has kept of the scenario before is none of this one's.
        inNamespace(namespacePath(node), forgetConnections);
        return kind.starts(profile.attach, {
          packages: kind.packages(profile.attach),
          ...{ node, profile, topology: lab.topology, namespace: namespacePath(node), file },
          ...{ directory, settings, initiates: initiates(setup.config) },
          complaint: (line: string) => scenarioRun.progress?.(`${node}: ${line}`),
          ...(container && { agent: () => this.#hosts.agent(container) }),
        }, known);
      }),
    );
    await startInOrder(steps.flat());
  }

  /** Notes the traces that devices have left, those of containers once they are fetched. */
  async #findTraces(
    { directory, containers = {} }: ScenarioRun,
    record: EvidenceRecord,
  ): Promise<void> {
    for (const [node, { profile }] of Object.entries(record.nodes)) {
      if (profile.trace.kind !== "jsonl") continue;
      if (containers[node] !== undefined) await collectTraces(containers[node], node, directory);
      record.traces.push(...traceFiles(directory, node));
    }
  }

  /** The steps that start a machine of ours in a process that hosts it. */
  #startsOfPeer(
    { container, ...start }: PeerStart,
    known: <T extends DeviceProcess>(device: T) => T,
  ): StartingStep[] {
    let peer: PeerProcess;
    return [
      {
        at: "peers_listen",
        act: async () => {
          peer = await this.#hosts.take(container);
          await peer.listen(start.file, start.config, start.claim).catch(async (error) => {
            await peer.end();
            throw error;
          });
          known(peer);
        },
      },
      { at: "peers_go", act: () => peer.go() },
    ];
  }
}

/** How a reference peer is started. */
interface PeerStart {
  /** Its configuration as a file, where it sees that, and as a value. */
  file: string;
  config: PeerHostConfig;
  /** Told all that the machine claims whenever that has changed. */
  claim: (claims: readonly string[]) => void;
  container?: Container;
}
