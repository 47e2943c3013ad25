/** Learns from the messages who is LAC and who LNS, where no evidence says so. */
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ConnectionEnd, ControlConnection } from "./control_connection.ts";

const { OCRQ, OCRP, OCCN, ICRQ, ICRP, ICCN, WEN, SLI } = MessageType;

/** Who sends which messages of calls (RFC 2661 §6.6 to §6.14). */
const OF_LAC: readonly number[] = [ICRQ, ICCN, OCRP, OCCN, WEN];
const OF_LNS: readonly number[] = [ICRP, OCRQ, SLI];

/**
 * Says of each end whether it is LAC or LNS: by the messages of calls, and where there are none by the
 * SCCRQ, as a LAC is taken to be who asks. What two parties are to one another they are in all of
 * their connections, unless these contradict one another.
 */
export function learnRoles(connections: readonly ControlConnection[]): void {
  const pairs = Map.groupBy(
    connections,
    ({ initiator, responder, request }) =>
      [initiator.party, responder.party || (request?.to ?? "")].sort().join("|"),
  );
  for (const group of pairs.values()) {
    const lacs = new Set(group.map(lacOf).filter((party) => party !== undefined));
    const askers = new Set(
      group.flatMap(({ request, initiator }) => request === undefined ? [] : [initiator.party]),
    );
    for (const connection of group) {
      const lac = lacOf(connection) ?? only(lacs) ??
        (lacs.size > 0 ? undefined : askers.size > 0 ? only(askers) : dialler(connection));
      for (const end of connection.ends) {
        // Of whom nothing was captured the request names.
        const party = end.party || (connection.request?.to ?? "");
        end.role = lac === undefined ? undefined : party === lac ? "lac" : "lns";
      }
    }
  }
}

/** Whether a connection, which was captured from later on, has no message that tells LAC from LNS. */
export function tellsNoRole({ request, ends }: ControlConnection): boolean {
  return request === undefined && ends.every(({ role }) => role === undefined) &&
    !ends.some(({ messages }) =>
      messages.some(({ type }) => OF_LAC.includes(type) || OF_LNS.includes(type))
    );
}

/** The party that is the LAC of a connection by the messages of its calls. */
function lacOf({ initiator, responder }: ControlConnection): string | undefined {
  const shown = shownBy(initiator) - shownBy(responder);
  return shown > 0 ? initiator.party : shown < 0 ? responder.party : undefined;
}

/** The party with a port of its own choice where the other one has that of L2TP: it dialled (§8.1). */
function dialler({ ends }: ControlConnection): string | undefined {
  const isDialled = ({ messages }: ConnectionEnd) =>
    messages.length > 0 && messages.every(({ sourcePort }) => sourcePort === L2TP_PORT);
  const [end, other] = ends.filter((end) => !isDialled(end));
  return end !== undefined && other === undefined && end.messages.length > 0
    ? end.party
    : undefined;
}

/** How many messages show that an end is a LAC, less those that show it to be an LNS. */
function shownBy({ messages }: ConnectionEnd): number {
  let shown = 0;
  for (const { type } of messages) {
    if (OF_LAC.includes(type)) shown++;
    else if (OF_LNS.includes(type)) shown--;
  }
  return shown;
}

function only(parties: ReadonlySet<string>): string | undefined {
  return parties.size === 1 ? parties.values().next().value : undefined;
}
