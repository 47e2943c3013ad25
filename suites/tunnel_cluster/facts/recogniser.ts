/** Which frames concern a cluster. */
import { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { L2TP_PORT } from "../../../captures/wire/l2tp.ts";
import { CLUSTER_PORT } from "../../../captures/wire/udp_port.ts";
import type { Recogniser } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { quotesUnreachable } from "../../kit/refusals.ts";
import { isL2tp } from "./l2tp_packets.ts";

const OURS: readonly number[] = [CLUSTER_PORT, L2TP_PORT];
const quoted = new HeaderWalker();

/** L2TP over UDP, the messages within a cluster, and fragments of either. */
const isOfCluster: Recogniser = (frame, w) => {
  if (w.protocol !== IP_PROTOCOL.UDP || w.l4 < 0) {
    return quotesUnreachable(frame, w, quoted) &&
      [quoted.sourcePort, quoted.destinationPort].some((port) => OURS.includes(port));
  }
  if (w.fragmentOffset > 0) return true;
  if (w.udpPayload < 0) return false;
  return w.sourcePort === CLUSTER_PORT || w.destinationPort === CLUSTER_PORT || isL2tp(frame, w);
};

/** The messages within a cluster: captures without any show L2TP alone, and no cluster. */
export const recogniserOfCluster = (): Recogniser => (_, w) =>
  w.protocol === IP_PROTOCOL.UDP &&
  (w.sourcePort === CLUSTER_PORT || w.destinationPort === CLUSTER_PORT);

/** In a lab of this suite clients' datagrams too; elsewhere nobody knows who is a client. */
export const recogniserOf = ({ topology }: Evidence): Recogniser =>
  topology === undefined ? isOfCluster : () => true;
