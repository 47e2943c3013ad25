/** What the cases of clients' data share. */
import { globalDataPath, natDataPath, sharedAddress } from "../scenarios/data_path.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type Inconclusive, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { ClientDatagram } from "../facts/client_data.ts";
import type { Clients } from "../facts/clients.ts";

/** Scenarios with several clients of each initiator. */
export const SEVERAL = [natDataPath, globalDataPath, sharedAddress] as const;

/** A datagram in words. */
export const formatDatagram = ({ source, destination }: ClientDatagram): string =>
  `${source} > ${destination}`;

/** Configure-Requests without any answer by which a side is known to be deaf. */
const UNANSWERED = 3;

/** Fails at the first session, of those at taps, in which a side never answers the other's LCP. */
export function answers(
  clients: Clients,
  taps: readonly string[],
  side: "initiator" | "endpoint",
): PartialVerdict {
  const other = side === "initiator" ? "endpoint" : "initiator";
  const deaf = clients.sessionsAt(taps).find(({ lcp }) =>
    lcp[other].requests >= UNANSWERED && lcp[side].answers === 0
  );
  return deaf &&
    fail("an answer to the LCP of a session", "none", frameRefs(deaf.frame, deaf.lcp.last));
}

/** Inconclusive unless two clients of one initiator are connected. */
export function twoOfOne(clients: Clients): Inconclusive | undefined {
  const connected = clients.connected();
  const shared = connected.some(({ client }) =>
    connected.some((other) =>
      other.client !== client && other.client.initiator === client.initiator
    )
  );
  return shared ? undefined : inconclusive("no initiator has two open sessions");
}
