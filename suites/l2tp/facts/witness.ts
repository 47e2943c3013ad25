/**
 * The tunnel beside: the tester keeps it from before the first stimulus to the end of its script, and
 * asks in it at the end whether the device is still there. A device that died and was restarted has
 * forgotten it, however silent it may rightly be about everything else.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { PositiveControl } from "../../kit/positive_control.ts";
import { type Inconclusive, inconclusive, remembered } from "../../kit/verdict.ts";
import type { L2tpRole } from "../words.ts";
import { BenchView, isAfter } from "./bench_view.ts";
import { configurationOf } from "./configuration.ts";
import { controlFacts } from "./control_collector.ts";
import type { ControlFacts } from "./control_facts.ts";
import { type ControlMessage, isAck } from "./message.ts";

/** What the tunnel beside shows of the device. */
export interface Witness {
  /** The message that shows that it was established; undefined when it was not. */
  up?: ControlMessage;
  /** The HELLO at the end; undefined when the script did not come to it. */
  asked?: ControlMessage;
  /** Whether the device acknowledged it, or had ended the tunnel by a StopCCN, which it remembers. */
  lives: boolean;
}

/** By facts: every check asks for that of one role. */
const KNOWN = new WeakMap<
  ControlFacts,
  { of: Evidence["nodes"]; role: L2tpRole; found: Witness | undefined }
>();

/** What the tunnel beside shows; undefined where the tester keeps none. */
export function witnessOf(
  control: ControlFacts,
  evidence: Evidence,
  role: L2tpRole,
): Witness | undefined {
  const known = KNOWN.get(control);
  if (known?.of === evidence.nodes && known.role === role) return known.found;
  const found = findWitness(control, evidence, role);
  KNOWN.set(control, { of: evidence.nodes, role, found });
  return found;
}

function findWitness(
  control: ControlFacts,
  evidence: Evidence,
  role: L2tpRole,
): Witness | undefined {
  if (!configurationOf(evidence).tunnels.has("witness")) return undefined;
  const view = new BenchView(control, [], evidence, role);
  const hellos = view.sent("witness", MessageType.HELLO);
  // The first copy of the last one.
  const asked = hellos.find(({ ns }) => ns === hellos.at(-1)!.ns);
  const lives = asked !== undefined && (view.got("witness", MessageType.StopCCN).length > 0 ||
    view.tunnel("witness").device.some((m) => isAfter(m, asked) && isAck(m.nr, asked.ns)));
  return { up: view.upWith("witness"), asked, lives };
}

/** The HELLO that asked, each time that it was sent. */
export function copiesOfQuestion(
  control: ControlFacts,
  evidence: Evidence,
  role: L2tpRole,
): ControlMessage[] {
  const hellos = new BenchView(control, [], evidence, role).sent("witness", MessageType.HELLO);
  return hellos.filter(({ ns }) => ns === hellos.at(-1)?.ns);
}

/** Why the silence of a device means nothing; undefined where it lived through. */
export function absenceOf(witness: Witness | undefined): Inconclusive | undefined {
  if (witness === undefined) return undefined;
  const { up, asked, lives } = witness;
  if (up === undefined) {
    return inconclusive("the tunnel that was to show that the device lives was not established");
  }
  if (asked === undefined) {
    return inconclusive("the device was not asked in the end whether it still lives");
  }
  return lives ? undefined : inconclusive(
    "the device has forgotten the tunnel that stood beside all that was tried, as if it had been restarted",
  );
}

/** No check passes a device that did not live through its scenario. */
export const witnessControl: PositiveControl<ControlFacts> = {
  facts: controlFacts,
  objection: (control, evidence, role) =>
    role === "lac" || role === "lns" ? absenceOf(witnessOf(control, evidence, role)) : undefined,
  confusion: ({ confused }) => confused === undefined ? undefined : remembered(confused),
};
