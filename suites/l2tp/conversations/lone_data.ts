/** Tells of data whose tunnel or call was set up before the capture, or elsewhere. */
import type { Conversation, Tellable } from "../../kit/conversation.ts";
import type { PppFlow } from "./ppp_flow.ts";
import { byAuthenticator } from "./ppp_authentication.ts";
import { pppTale } from "./ppp_story.ts";

/** Sessions of one tunnel without a call that are told. */
const SESSIONS = 20;

/**
 * The links that no control message tells of: by pairs of addresses. Where each of two sends one
 * flow, these are the two directions of one session; of more nobody knows which belong together.
 */
export function linksWithoutTunnel(flows: readonly PppFlow[]): Tellable[] {
  return pairsOf(flows).map(([there, back]) => link(there, back));
}

/** Data of a tunnel under Session IDs of which no control message tells, as parts of it. */
export function sessionsWithoutCall(
  flows: readonly PppFlow[],
  id: string,
  calls: number,
): Conversation[] {
  return pairsOf(flows).slice(0, SESSIONS).map(([there, back], i) =>
    link(there, back).tell(`${id}.${calls + i + 1}`)
  );
}

/** Protocols of PPP that are spoken, and not hit upon by chance: those that negotiate, and datagrams. */
const SPOKEN: readonly number[] = [0x0021, 0x0057, 0x002d, 0x002f, 0x003d, 0x00fd, 0x0281, 0x0031];

/** Whether what a flow carries is PPP; octets that look like a data message by chance are not. */
export function carriesPpp({ packets, links, echoRequests, lastEchoReply }: PppFlow): boolean {
  return packets.some(({ code }) => code > 0 && code <= 15) || echoRequests.length > 0 ||
    lastEchoReply > 0 ||
    links.some(({ counts }) =>
      SPOKEN.some((protocol) => counts.some((count) => count.protocol === protocol))
    );
}

/** Flows by pairs of addresses: the two directions of one session where there is one each way. */
function pairsOf(flows: readonly PppFlow[]): [PppFlow, PppFlow?][] {
  const pairs = Map.groupBy(
    flows,
    ({ place, from, to }) => `${place}|${[from, to].sort().join("|")}`,
  );
  return [...pairs.values()].flatMap((group): [PppFlow, PppFlow?][] => {
    const [first] = group, there = group.filter(({ from }) => from === first.from);
    const back = group.filter(({ from }) => from !== first.from);
    if (there.length === 1 && back.length === 1) return [[there[0], back[0]]];
    return group.map((flow) => [flow]);
  });
}

function link(there: PppFlow, back: PppFlow | undefined): Tellable {
  const pair = byAuthenticator([there, back]);
  const taleOf = () => pppTale(pair, [pair[0] !== undefined, pair[1] !== undefined]);
  const outcome = "data alone";
  const tone = taleOf().tone === "bad" ? "bad" : "open";
  return {
    ...{ outcome, tone, isCited: false },
    // Of many thousand few are told: what is to be told is not kept.
    tell(id): Conversation {
      const tale = taleOf();
      return {
        ...{ id, outcome, tone, parts: [], events: tale.events, properties: tale.properties },
        title: `Session ${id.split(".").at(-1)}`,
        between: [there, back].flatMap((flow) => flow === undefined ? [] : [flowText(flow)])
          .join(" and "),
        summary: "data without any control message: " +
          (tale.summary ?? "no PPP that can be followed"),
        began: Math.min(there.firstTime, back?.firstTime ?? Infinity),
        ended: Math.max(there.lastTime, back?.lastTime ?? 0),
        notes: [
          "its set-up is not in the capture: who is the client PPP tells, or else the first sender is " +
          "taken for it",
        ],
      };
    },
  };
}

function flowText({ from, sourcePort, to, tunnelId, sessionId }: PppFlow): string {
  return `${from}:${sourcePort} to ${to} (Tunnel ID ${tunnelId}, Session ID ${sessionId})`;
}
