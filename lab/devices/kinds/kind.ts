/** What every kind of device answers: where it can play, and how it is started there. */
import type { Recording } from "../../../peers/testing/replayer.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import type { WorldName } from "../../../suites/kit/world.ts";
import type { Agent } from "../container/agent.ts";
import type { DeviceProcess } from "../device_process.ts";
import type { MachineOrder } from "../machine.ts";
import type { StartingStep } from "../starting_order.ts";

/** The word of a kind, as `attach.kind` of a profile has it. */
export type KindName = Profile["attach"]["kind"];
/** What a profile says of how a device of that kind is reached. */
export type Attach<Kind extends KindName> = Extract<Profile["attach"], { kind: Kind }>;

/** A node of a real kernel's lab that a third party's device is to play. */
export interface Place {
  node: string;
  profile: Profile;
  /** The Debian packages that the device needs in all. */
  packages: readonly string[];
  topology: Topology;
  /** Path of the node's network namespace. */
  namespace: string;
  /** Configuration file, and what it holds. */
  file: string;
  settings: Readonly<Record<string, unknown>>;
  /** Whether the device opens connections by itself: it was told to whom. */
  initiates: boolean;
  /** Evidence directory, where `NODE.log` keeps what the device says. */
  directory: string;
  /** Told what the device complains of, line by line. */
  complaint?: (line: string) => void;
  /** Reaches the container that plays the node, where one does. */
  agent?: () => Promise<Agent>;
}

/** What a device of a kind can rely on, and what is asked of it: a sentence or more each. */
export interface Contract {
  /** What it is told of what to be, and how. */
  told: string;
  /** How the lab knows that it is ready. */
  ready: string;
  /** Where what it says is kept. */
  log: string;
  /** How it gets instructions while a scenario runs. */
  instructed: string;
  /** When it ends, and what is asked of it then. */
  ended: string;
}

/** What all kinds have in common. */
interface AnyKind {
  readonly contract: Contract;
  /** What it is, in a few words. */
  readonly summary: string;
  /**
   * Whether it can play a node in a world; otherwise why not, as the end of a sentence that begins
   * "Cannot play NAME in the WORLD world as".
   */
  supports(world: WorldName): true | string;
}

/** A kind that a machine of ours plays, in the memory of a process of ours. */
export interface MachineKind<Kind extends KindName> extends AnyKind {
  readonly plays: "machine";
  /**
   * Which machine it is.
   * @param recording Gives what a conformant device said at the node when the scenario was played before.
   */
  machine(attach: Attach<Kind>, recording: () => Promise<Recording>): Promise<MachineOrder>;
}

/** A kind that is a third party's: it has processes or ports of its own. */
export interface ThirdPartyKind<Kind extends KindName> extends AnyKind {
  readonly plays: "third party";
  /** The Debian packages that a device needs in all. */
  packages(attach: Attach<Kind>): readonly string[];
  /** As how many of our peers it counts when the machine's memory is shared out. */
  readonly weight: number;
  /** Whether the lab must be taken down after it: the device has taken its node over. */
  readonly spendsLab: boolean;
  /** The interfaces of this machine that are lent to a lab with it; one lab at a time has them. */
  borrows?(attach: Attach<Kind>): readonly string[];
  /** Whether it needs what only root of this machine may do, which must then be had. */
  needsRoot?(attach: Attach<Kind>): boolean;
  /** What a profile lacks for it to play a node, as the end of a sentence; undefined where it can. */
  misses?(attach: Attach<Kind>, topology: Topology, node: string): string | undefined;
  /**
   * The steps that start a device at its node; the device is ready when the last is done.
   * @param known To be told of the device as soon as there is something to end.
   */
  starts(
    attach: Attach<Kind>,
    place: Place,
    known: <T extends DeviceProcess>(device: T) => T,
  ): StartingStep[];
}

/** A kind that plays nowhere: it says where captures were taken. */
export interface SilentKind extends AnyKind {
  readonly plays: "nothing";
}

/** A kind of device. */
export type DeviceKind<Kind extends KindName = KindName> =
  | MachineKind<Kind>
  | ThirdPartyKind<Kind>
  | SilentKind;
