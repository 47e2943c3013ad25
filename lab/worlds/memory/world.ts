/** The memory world: machines on virtual wires in virtual time, deterministic by seed. */
import { PcapngWriter } from "../../../captures/file/pcapng_writer.ts";
import type { Machine, PeerEnvironment } from "../../../peers/machine.ts";
import { type Recording, RecordingMachine } from "../../../peers/testing/replayer.ts";
import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { NodeSetup } from "../../../suites/kit/scenario.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { newRecord, writeRecord } from "../evidence_writer.ts";
import { kindOf, refusal } from "../../devices/kinds/registry.ts";
import { framePorts, requireFramePorts } from "../../devices/frame_ports.ts";
import { buildMachine, type MachineOrder } from "../../devices/machine.ts";
import { referenceProfile } from "../../devices/reference.ts";
import { temporaryFolder } from "../../temporary.ts";
import { type ScenarioRun, setupsOf, type World } from "../world.ts";
import { Device, type WanPort } from "./device.ts";
import { Host } from "./host.ts";
import { Network } from "./network.ts";
import { seededRandom } from "../../../captures/random.ts";
import { Scheduler } from "./scheduler.ts";
import { MemoryDriver, type Props } from "./driver.ts";

/** Virtual time zero, so that captures carry sensible times: 2020-01-01 00:00:00 UTC, in seconds. */
export const EPOCH = 1_577_836_800;

/** What makes the seed of the earlier conversation that a replayer repeats another than that of the run. */
const EARLIER = 0x0e1f;

/** Runs scenarios without a kernel, in milliseconds. */
export class MemoryWorld implements World {
  readonly name = "memory" as const;
  readonly #wrap: (node: string, machine: Machine) => Machine;

  /** @param wrap What stands in the place of a node's machine; the machine itself unless told. */
  constructor(wrap: (node: string, machine: Machine) => Machine = (_, machine) => machine) {
    this.#wrap = wrap;
  }

  async run(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    const { scenario, suite, seed, directory, profiles } = scenarioRun;
    Deno.mkdirSync(directory, { recursive: true });
    const random = seededRandom(seed);
    const scheduler = new Scheduler();
    const network = new Network(scenario.topology, scheduler, random);
    const recorder = new Recorder(directory, scheduler);
    const record = newRecord(scenarioRun, this.name);
    for (const tap of scenario.topology.taps) {
      recorder.tap(tap.name, network.interface(tap.node, tap.interface).taps);
    }
    const props: Props = {
      scheduler,
      network,
      random,
      seed,
      hosts: new Map(),
      devices: new Map(),
      events: new Map(),
    };
    for (const [name, node] of Object.entries(scenario.topology.nodes)) {
      if (node.kind === "host") props.hosts.set(name, new Host(network.node(name)));
    }
    const driver = new MemoryDriver(props, scenario.topology);
    await suite.load?.();
    try {
      for (const [node, setup] of setupsOf(scenarioRun)) {
        const profile = profiles[node] ?? referenceProfile(suite, setup.role);
        record.nodes[node] = { role: setup.role, config: setup.config, profile };
        const order = await orderOf(scenarioRun, node, profile);
        const { topology } = scenario;
        this.#plug(node, { setup, profile, suite, order, topology }, props, driver, recorder);
        if (profile.trace.kind === "jsonl") {
          record.traces.push({ node, file: `${node}.jsonl` });
        }
      }
      await scenario.run(driver);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      record.problem = error.message;
    }
    record.stimuli = driver.stimuli.toSorted((a, b) => a.at - b.at);
    recorder.close(record);
    for (const [name, wire] of network.wires) record.linkCounters[name] = { ...wire.counters };
    // In virtual time nobody is ever late.
    record.lateness = {
      ...{ wires: 0, recorder: 0, machine: 0 },
      nodes: Object.fromEntries(Object.keys(record.nodes).map((node) => [node, 0])),
    };
    writeRecord(record, directory);
    return record;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #plug(
    node: string,
    player: Player,
    props: Props,
    driver: MemoryDriver,
    recorder: Recorder,
  ) {
    const events = new Set<string>();
    props.events.set(node, events);
    const environment: PeerEnvironment = {
      random: props.random,
      trace: (event, fields) => {
        events.add(event);
        recorder.trace(node, event, fields);
      },
    };
    const { setup, profile, suite, order, topology } = player;
    const machine = this.#wrap(node, buildMachine({ ...setup, suite }, order, environment));
    const wan = (setup.config.wan ?? []) as Partial<WanPort>[];
    const ports = wan.map((w) => ({
      port: w.port ?? "",
      address: w.address ?? "",
      udp: w.udp ?? suite.udpPort,
    }));
    const claim = (claims: readonly string[]) => driver.claim(node, claims);
    const { network, scheduler } = props, frames = framePorts(setup.config);
    requireFramePorts(topology, node, frames);
    const device = new Device(machine, { network, node, wan: ports, frames }, scheduler, claim);
    const speaks = profile.trace.kind === "jsonl";
    props.devices.set(node, { machine, device, speaks });
    device.wake();
  }
}

/** Who plays a node. */
interface Player {
  setup: NodeSetup;
  profile: Profile;
  suite: Suite;
  order: MachineOrder;
  topology: Topology;
}

/** Which machine plays a node. @throws {TypeError} When the device can play here by no means. */
async function orderOf(
  scenarioRun: ScenarioRun,
  node: string,
  profile: Profile,
): Promise<MachineOrder> {
  const why = refusal(profile, "memory"), kind = kindOf(profile.attach);
  if (why !== undefined || kind.plays !== "machine") throw new TypeError(why);
  return await kind.machine(profile.attach, () => recordingAt(scenarioRun, node));
}

/**
 * What a conformant device said at a node when the scenario was played before: what a replayer says.
 */
export async function recordingAt(scenarioRun: ScenarioRun, node: string): Promise<Recording> {
  let recorder: RecordingMachine | undefined;
  const world = new MemoryWorld((name, machine) =>
    name === node ? recorder = new RecordingMachine(machine) : machine
  );
  const directory = await temporaryFolder("recording");
  try {
    const seed = (scenarioRun.seed ^ EARLIER) >>> 0;
    await world.run({ ...scenarioRun, profiles: {}, seed, directory });
    return recorder?.recording ?? [];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Keeps what taps and traces say, and writes it out at the end. */
class Recorder {
  readonly #directory: string;
  readonly #scheduler: Scheduler;
  readonly #writers = new Map<string, PcapngWriter>();
  readonly #counts = new Map<string, number>();
  readonly #traces = new Map<string, string[]>();

  constructor(directory: string, scheduler: Scheduler) {
    this.#directory = directory;
    this.#scheduler = scheduler;
  }

  tap(name: string, taps: ((frame: Uint8Array, at: number) => void)[]) {
    const writer = PcapngWriter.create(`${this.#directory}/${name}.pcapng`);
    const id = writer.addInterface({ name, linkType: 1 });
    this.#writers.set(name, writer);
    this.#counts.set(name, 0);
    taps.push((frame, at) => {
      const seconds = Math.floor(at / 1000);
      const nanoseconds = Math.round((at - seconds * 1000) * 1e6);
      this.#counts.set(name, this.#counts.get(name)! + 1);
      writer.write(id, EPOCH + seconds, nanoseconds, frame);
    });
  }

  trace(node: string, event: string, fields: Record<string, unknown>) {
    const t = EPOCH * 1e9 + Math.round(this.#scheduler.now * 1e6);
    let lines = this.#traces.get(node);
    if (lines === undefined) this.#traces.set(node, lines = []);
    lines.push(JSON.stringify({ t, node, event, ...fields }));
  }

  close(record: EvidenceRecord) {
    for (const [name, writer] of this.#writers) {
      writer.close();
      record.captureCounters[name] = { captured: this.#counts.get(name)!, dropped: 0 };
    }
    for (const { node, file } of record.traces) {
      const lines = this.#traces.get(node) ?? [];
      Deno.writeTextFileSync(`${this.#directory}/${file}`, lines.map((l) => l + "\n").join(""));
    }
  }
}
