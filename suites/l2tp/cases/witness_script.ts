/** The tunnel that the tester keeps beside those of a script: see `facts/witness.ts`. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  accept,
  acknowledged,
  expect,
  type More,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import type { TunnelName } from "../facts/bench_view.ts";
import { Attribute } from "../facts/message.ts";
import type { L2tpRole } from "../words.ts";

/** A call of a LAC's configuration, as far as it matters here. */
interface Call {
  tunnel?: number;
}

/** What of a script the tunnel beside changes. */
interface Scripted {
  role: L2tpRole;
  steps: readonly StepInput[];
  tunnels: readonly TunnelName[];
  config: Record<string, unknown>;
}

/** Which of its tunnels a LAC opens for the tester to keep: none of those that scripts name. */
const BESIDE = 99;

/**
 * A script with a tunnel beside. With an LNS the tester asks for it until the device answers, so that
 * the device is known to listen before anything else comes; it does so from another address and
 * without bearers, as an LNS may place calls of its own in any tunnel that has some. A LAC opens it by
 * itself, behind those of the script, as a call tells it to.
 */
export function withWitness(script: Scripted): Omit<Scripted, "role"> {
  const { role, steps, tunnels, config } = script;
  const { secret } = config;
  const challenges = typeof secret === "string" && config.authenticate !== false;
  // The identifier in the digest is the type of the message that holds the response.
  const response = (id: number): More =>
    challenges ? { with: [{ type: Attribute.response, response: { secret, id } }] } : {};
  // What is on its way is taken first: nothing may come to the device behind the question.
  const end: StepInput[] = [wait(100), send("HELLO", "witness"), acknowledged("witness")];
  if (role === "lns") {
    const begin: StepInput[] = [
      {
        ...{ do: "reach", tunnel: "witness", from: "elsewhere" },
        without: [Attribute.bearerCapabilities],
      },
      expect("SCCRP", "witness"),
      send("SCCCN", "witness", response(MessageType.SCCCN)),
      acknowledged("witness"),
    ];
    return { steps: [...begin, ...steps, ...end], tunnels: [...tunnels, "witness"], config };
  }
  const calls = (config.calls ?? []) as readonly Call[];
  const own = Math.max(0, ...calls.map(({ tunnel = 0 }) => tunnel + 1));
  return {
    steps: [
      // Its other requests wait for their answers meanwhile, rather than be acknowledged without one.
      { do: "acknowledging", on: false },
      ...accept("witness", response(MessageType.SCCRP)),
      expect("ICRQ", "witness"),
      send("ICRP", "witness", { session: "witness1", ifAssigned: true }),
      expect("ICCN", "witness", 500),
      { do: "acknowledging", on: true },
      ...steps,
      ...end,
    ],
    // A caller's tunnels are named in the order in which it asks for them.
    tunnels: [...tunnels.slice(0, own), "witness", ...tunnels.slice(own)],
    config: { ...config, calls: [...calls, { name: "witness", tunnel: BESIDE }] },
  };
}
