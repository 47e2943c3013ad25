/** The machine that plays a node of ours: the reference peer, a variant of it, or a null device. */
import type { Machine, PeerEnvironment } from "../../peers/machine.ts";
import { type NullConduct, nullMachine } from "../../peers/testing/null_devices.ts";
import type { Recording } from "../../peers/testing/replayer.ts";
import type { ReferencePeers } from "../../suites/kit/suite.ts";
import { overridesOf, type Variants } from "./overrides.ts";

/** Which machine a profile asks for. */
export interface MachineOrder {
  /** Mutant or legal variant to be, by its id. */
  variant?: string;
  /** A null device instead of the peer. */
  null?: NullOrder;
}

/** What a null device is told to be. */
export interface NullOrder {
  conduct: NullConduct;
  /** Of a late starter the milliseconds, of a crasher the packets, after which it happens. */
  after?: number;
  /** What a replayer sends. */
  recording?: Recording;
}

/** The node that a machine is to play. */
export interface MachinePlace {
  suite: ReferencePeers & Variants;
  role: string;
  config: Readonly<Record<string, unknown>>;
  /** Deliberate fault of the stimulus side, by its name in the suite. */
  stimulusFault?: string;
}

/**
 * Builds the machine.
 * @throws {RangeError} When the suite has no such fault, or no such variant.
 */
export function buildMachine(
  { suite, role, config, stimulusFault }: MachinePlace,
  { variant, null: order }: MachineOrder,
  environment: PeerEnvironment,
): Machine {
  const reference = () =>
    suite.peer(role, config, environment, overridesOf(suite, { stimulusFault, variant }));
  if (order === undefined) return reference();
  const { conduct, after, recording = [] } = order, { trace } = environment;
  return nullMachine(conduct, config, { reference, after, recording, trace });
}
