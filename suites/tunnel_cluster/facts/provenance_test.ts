import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import {
  capturesOf,
  collect,
  INITIATOR,
  l2tp,
  local,
  MASTER,
  NAT,
  sccrp,
  type Shown,
} from "../_testing/captures.ts";
import { control, sccrq } from "../packets.ts";
import { FIGURE_2 } from "../topologies.ts";
import { provenanceControl, provenanceFacts } from "./provenance.ts";

const node = (role: string) => ({ role, config: {}, profile: testProfile() });
const TAPS = [
  { name: "ext-m", node: "master", side: "wan" },
  { name: "lan-m", node: "master", side: "lan" },
  { name: "ext-n", node: "nat", side: "wan" },
  { name: "lan-n", node: "nat", side: "lan" },
  { name: "lan-e1", node: "endpoint1", side: "lan" },
  { name: "ext-i", node: "initiator", side: "wan" },
] as const;
const LAB = testEvidence("", 0, {
  topology: FIGURE_2,
  nodes: {
    master: node("master"),
    nat: node("nat"),
    endpoint1: node("endpoint"),
    initiator: node("initiator"),
  },
  taps: TAPS.map((tap) => ({ ...tap, file: `${tap.name}.pcapng` })),
});

/** Why nothing that a role did may count as kept. */
function objection(role: string, ...frames: Shown[]): string | undefined {
  const { facts } = collect(provenanceFacts, frames, LAB);
  return provenanceControl.objection(facts, LAB, role)?.reason;
}

const ENDPOINT = local(1);
/** A request of Tunnel ID 1 at the master, as it leaves it and comes to the endpoint; the reply. */
const CAME: Shown = ["ext-m", 1, l2tp(INITIATOR, MASTER, sccrq(1))];
const FORWARDED: Shown = ["lan-m", 1.001, l2tp(INITIATOR, ENDPOINT, sccrq(1))];
const ASKED: Shown = ["lan-e1", 1.002, l2tp(INITIATOR, ENDPOINT, sccrq(1))];
const REPLY: Shown = ["lan-e1", 1.003, l2tp(ENDPOINT, INITIATOR, sccrp(1, 11))];
const AT_NAT: Shown = ["lan-n", 1.004, l2tp(ENDPOINT, INITIATOR, sccrp(1, 11))];
const TRANSLATED: Shown = ["ext-n", 1.005, l2tp(NAT, INITIATOR, sccrp(1, 11))];
const GOT: Shown = ["ext-i", 1.006, l2tp(NAT, INITIATOR, sccrp(1, 11))];
const HELLO: Shown = ["ext-i", 1.1, l2tp(INITIATOR, NAT, control(MessageType.HELLO, 11))];

Deno.test("who sends on what came, and by Tunnel IDs that were given, speaks of this run", () => {
  const all = [CAME, FORWARDED, ASKED, REPLY, AT_NAT, TRANSLATED, GOT, HELLO];
  for (const role of ["master", "nat", "endpoint", "initiator"]) {
    assert.equal(objection(role, ...all), undefined);
  }
});

Deno.test("what was sent on and had not come is of another run, also where it came later", () => {
  const why = "frame 1 of lan-m is not of this run: no such message had come to master";
  assert.equal(objection("master", FORWARDED), why);
  assert.equal(objection("master", FORWARDED, ["ext-m", 1.1, CAME[2]]), why);
  assert.equal(objection("nat", FORWARDED), undefined);
  const nat = "frame 1 of ext-n is not of this run: no such message had come to nat";
  assert.equal(objection("nat", TRANSLATED), nat);
  const inward: Shown = ["lan-n", 1, l2tp(INITIATOR, ENDPOINT, control(MessageType.HELLO, 11))];
  assert.match(objection("nat", inward) ?? "", /^frame 1 of lan-n is not of this run/);
});

Deno.test("a Tunnel ID that nobody gave, or only afterwards, is of another run", () => {
  const why = "frame 1 of lan-e1 is not of this run: nobody had given endpoint1 Tunnel ID 1";
  assert.equal(objection("endpoint", REPLY), why);
  // The StopCCN that refuses it tells the same identifier, at once.
  const refused = control(MessageType.StopCCN, 11);
  assert.equal(
    objection("endpoint", REPLY, ["lan-e1", 1.0031, l2tp(INITIATOR, ENDPOINT, refused)], [
      "lan-e1",
      1.0032,
      ASKED[2],
    ]),
    why,
  );
  assert.match(objection("initiator", HELLO) ?? "", /nobody had given initiator Tunnel ID 11$/);
});

Deno.test("where a message came in fragments or hides what it assigns, nothing is said", () => {
  const fragment = l2tp(INITIATOR, ENDPOINT, sccrq(1));
  fragment[6] = 0x20;
  assert.equal(objection("endpoint", ["lan-e1", 1, fragment], REPLY), undefined);
  const hidden: Shown = ["lan-e1", 1, l2tp(INITIATOR, ENDPOINT, control(MessageType.SCCRQ, 0))];
  assert.equal(objection("endpoint", hidden, REPLY), undefined);
});

Deno.test("of captures alone nobody knows what came before them", () => {
  const alone = capturesOf(["master lan"]);
  const state = provenanceFacts.begin(alone);
  assert.deepEqual(alone.taps.filter((tap) => state.wants(tap)), []);
});
