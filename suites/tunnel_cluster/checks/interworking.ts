/** Checks of group L: cluster and initiators of all kinds. */
import {
  ADDRESS,
  all,
  clusterCheck,
  configOf,
  ENDPOINTS,
  fail,
  globalAddress,
  inconclusive,
  localAddress,
  pass,
  refs,
  type View,
} from "./view.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import { attributesOf } from "./endpoint.ts";

const CHALLENGE = 11, RESPONSE = 13;
/** Seconds of silence at the end that show that an endpoint has given up. */
const SILENCE = 0.8;

/** The timers of retransmission that the scenario asks of endpoints, in milliseconds. */
interface Asked {
  first: number;
}

/** What an endpoint sends to an address, at its tap inside. */
const sentTo = (v: View, n: number, destination: string) =>
  v.at(`lan-e${n}`, (p) => p.source === localAddress(n) && p.destination === destination);

/** Fails unless the initiator asks the master again after a moment, and goes on with another endpoint. */
function goesOn(v: View, first: L2tpPacket, after: number) {
  const again = v.of("ext-i", "SCCRQ", (p) => p.time > after && p.destination === ADDRESS.master);
  const other = v.of("ext-i", "SCCRP", (p) => p.source !== first.source)[0];
  const last = v.of("ext-i", "SCCCN", (p) => p.destination === other?.source);
  return all(
    again.length > 0 ? undefined : fail("an SCCRQ to the master address", "none", refs(first)),
    other === undefined ? inconclusive("no other endpoint answered") : undefined,
    last.length > 0 ? undefined : fail("a tunnel with the other", "none", refs(other)),
  );
}

/** The checks of this group. */
export const INTERWORKING_CHECKS = [
  clusterCheck(
    "shared_secret",
    "Every endpoint proves the secret, and takes the proof of the initiator",
    ["TCL-083"],
    "endpoint",
    ["nat/secrets"],
    (v) => {
      for (const n of ENDPOINTS) {
        const request = v.of(`lan-e${n}`, "SCCRQ")[0];
        if (request === undefined || !attributesOf(request).includes(CHALLENGE)) {
          return inconclusive(`endpoint ${n} was not challenged`);
        }
        const reply = v.of(`lan-e${n}`, "SCCRP")[0], last = v.of(`lan-e${n}`, "SCCCN")[0];
        const refused = v.of(`lan-e${n}`, "StopCCN")[0];
        if (last === undefined && refused === undefined) {
          return inconclusive(`the initiator did not go on with endpoint ${n}`);
        }
        const proves = reply !== undefined && attributesOf(reply).includes(RESPONSE);
        const taken = last !== undefined &&
          sentTo(v, n, ADDRESS.initiator).some((p) => p.nr > 1 && p.type !== 4);
        if (proves && taken) continue;
        return fail(
          "a tunnel by the secret",
          `none with endpoint ${n}`,
          refs(request, reply, last),
        );
      }
      return pass;
    },
  ),
  clusterCheck(
    "gives_up",
    "A tunnel whose initiator does not follow ends, and others are served",
    ["TCL-084"],
    "endpoint",
    ["nat/followers"],
    (v, evidence) => {
      const { lns } = configOf(evidence, "endpoint3") as { lns: { retransmission: Asked } };
      const control = v.replies().find(({ reply }) => reply.tunnelId === 0x4321)?.reply;
      if (control === undefined) return inconclusive("nobody was served in the end");
      for (const address of [ADDRESS.initiator, ADDRESS.initiator2, ADDRESS.stranger]) {
        const sent = ENDPOINTS.flatMap((n) => sentTo(v, n, address))
          .filter((p) => p.tunnelId !== control.tunnelId);
        const followed = v.at("ext-n", (p) => p.source === address && p.type === 3);
        const [first, second] = sent.filter(({ type }) => type === 2);
        if (second === undefined || followed.length > 0) {
          return inconclusive(`${address} did follow, or was not answered twice`);
        }
        const server = ENDPOINTS.find((n) => localAddress(n) === first.source) ?? 0;
        const tolerance = toleranceOf(evidence, `endpoint${server}`);
        const asked = 2 * lns.retransmission.first;
        const other = judgeLimit(
          asked,
          (second.time - first.time) * 1000 - asked,
          tolerance,
          () => inconclusive("the endpoint retransmits by other timers than it was asked to"),
        );
        if (other !== undefined) return other;
        const last = sent.at(-1)!;
        const on = judgeLimit(
          SILENCE * 1000,
          (last.time - control.time + SILENCE) * 1000,
          tolerance,
          () => fail("the tunnel given up", "the endpoint sends on", refs(last, control)),
        );
        if (on !== undefined) return on;
      }
      return pass;
    },
  ),
  clusterCheck(
    "refuses_without_secret",
    "An SCCRP without proof of the secret is refused, and a true one is not",
    ["TCL-085"],
    "initiator",
    ["global/spoofed_reply"],
    (v) => {
      const spoofed = v.of("ext-i", "SCCRP", (p) => p.source === ADDRESS.third);
      const own = v.of("ext-i", "SCCCN", (p) => p.source === ADDRESS.initiator);
      const fooled = own.filter((p) =>
        [ADDRESS.third, ADDRESS.initiator2 as string].includes(p.destination)
      );
      return all(
        v.needs(spoofed, "SCCRP from a third address"),
        v.none(fooled, "no SCCCN to who did not prove the secret"),
        v.needs(
          own.filter((p) => ENDPOINTS.map(globalAddress).includes(p.destination)),
          "SCCCN to an endpoint",
        ),
      );
    },
  ),
  clusterCheck(
    "finds_another",
    "An initiator that hears its endpoint no more asks the master again, and goes on with another",
    ["TCL-086"],
    "initiator",
    ["global/endpoint_dies"],
    (v) => {
      const [first] = v.of("ext-i", "SCCRP");
      if (first === undefined) return inconclusive("there was no tunnel");
      const heard = v.at("ext-i", (p) => p.source === first.source).at(-1)!.time;
      // The master goes on telling the time.
      const ends = v.messages("lan-m", "heartbeat").at(-1)?.time ?? 0;
      if (ends < heard + 1) return inconclusive("the endpoint lived on");
      return goesOn(v, first, heard);
    },
  ),
  clusterCheck(
    "sent_away",
    'An initiator whose tunnel ends with "try another" asks the master again',
    ["TCL-086"],
    "initiator",
    ["global/endpoint_redirects"],
    (v) => {
      const [first] = v.of("ext-i", "SCCRP");
      const stop = v.of("ext-i", "StopCCN", (p) => p.source === first?.source)[0];
      if (stop === undefined) return inconclusive("no tunnel ended so");
      return goesOn(v, first, stop.time);
    },
  ),
  clusterCheck(
    "one_tunnel",
    "A request that comes again is answered with the same Tunnel ID",
    ["TCL-087"],
    "endpoint",
    ["nat/repeated_request"],
    (v) => {
      const came = ENDPOINTS.flatMap((n) => v.of(`lan-e${n}`, "SCCRQ"))
        .filter((p) => p.assigned === 0x1111);
      const replies = v.replies().filter(({ reply }) => reply.tunnelId === 0x1111);
      if (came.length < 2 || replies.length === 0) return inconclusive("it was not repeated");
      const ids = new Set(replies.map(({ n, reply }) => `${n} ${reply.assigned}`));
      return ids.size === 1
        ? pass
        : fail("one Tunnel ID", [...ids].join(", "), refs(...replies.map(({ reply }) => reply)));
    },
  ),
];
