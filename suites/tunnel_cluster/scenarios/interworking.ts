/** Initiators of all kinds: those that follow, that do not, that prove themselves, that are fooled. */
import { avp, expect, type More, send, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, follow, loads, QUICK, scenario, until } from "../node_setup.ts";
import { datagram, sccrq, WRONG_PROOF } from "../packets.ts";
import { ADDRESS } from "../topologies.ts";

/** Milliseconds: a peer that does not answer is given up after 1.4 seconds. */
const IMPATIENT = { retransmission: { first: 200, cap: 400, retries: 3 } };
const GIVEN_UP = 1400;
/** Milliseconds in which one that never gives up would have sent more often than anybody does. */
const LONG_PAST = 18_000;
const SECRET = { secret: "the cluster's" };

/** Endpoints answer from another address and another port than was asked. */
export const anotherPort: Scenario = scenario({
  ...{ variant: "global", name: "another_port", replyPort: 5555 },
  title: "Endpoints answer from another address and another port than was asked",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
  },
});

/**
 * One initiator takes the SCCRP but does not follow it, another does not take it, a third is
 * mute.
 */
export const followers: Scenario = scenario({
  ...{ variant: "NAT", name: "followers" },
  title:
    "One initiator takes the SCCRP but does not follow it, another does not take it, a third is mute",
  more: {
    initiator: { ...IMPATIENT, follow: "accept" },
    initiator2: { follow: "strict" },
    lns: IMPATIENT,
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await dial(driver, "initiator");
    await dial(driver, "initiator2");
    await driver.datagrams("stranger", [datagram(sccrq(0x4001))]);
    await driver.advance(LONG_PAST);
    await driver.datagrams("stranger", [datagram(sccrq(0x4321))]);
  },
});

/** Three tunnels with a shared secret, values hidden, one with each endpoint. */
export const secrets: Scenario = scenario({
  ...{ variant: "NAT", name: "secrets", policy: "round_robin", tunnels: 3 },
  title: "Three tunnels with a shared secret, values hidden, one with each endpoint",
  more: {
    initiator: { ...SECRET, hide: "all" },
    lns: { ...SECRET, hide: "all" },
  },
  async run(driver) {
    await connect(driver);
    for (const tunnel of [1, 2]) await dial(driver, "initiator", tunnel);
  },
});

/** A tunnel whose last message has this proof, or none, and a call in it all the same. */
const unproven = (tunnel: string, session: string, more: More) => [
  send("SCCRQ", tunnel),
  expect("SCCRP", tunnel),
  send("SCCCN", tunnel, more),
  wait(300),
  send("ICRQ", tunnel, { session }),
  wait(700),
];

/** An initiator answers challenges wrongly, or not at all, and asks for calls; another proves itself. */
export const wrongSecret: Scenario = scenario({
  ...{ variant: "NAT", name: "wrong_secret" },
  title: "An initiator answers challenges wrongly, or not at all, and asks for calls",
  more: { initiator2: SECRET, lns: SECRET },
  scripts: {
    initiator: {
      steps: [
        ...unproven("a", "a1", { with: [avp(13, WRONG_PROOF)] }),
        ...unproven("b", "b1", {}),
      ],
    },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver, "initiator2");
    await follow(driver);
  },
});

/** An SCCRP from an address that was not asked, with a proof of nothing, which has to be refused. */
const spoofed = (tunnel: string) => [
  expect("SCCRQ", tunnel, 5000),
  send("SCCRP", tunnel, { from: "elsewhere", with: [avp(13, WRONG_PROOF)] }),
  expect("StopCCN", tunnel),
];

/**
 * A third address answers an SCCRQ without the secret, then a true endpoint answers another with it, and
 * the third address once more without.
 */
export const spoofedReply: Scenario = scenario({
  ...{ variant: "global", name: "spoofed_reply" },
  title:
    "A third address answers an SCCRQ without the secret, before a true endpoint does with it, and after",
  more: {
    initiator: {
      ...SECRET,
      peers: [
        { name: "watched", address: ADDRESS.initiator2 },
        { name: "cluster", address: ADDRESS.master },
      ],
      calls: [
        { name: "call0", autodial: false, peer: "watched" },
        { name: "call1", autodial: false, peer: "cluster", tunnel: 1 },
        { name: "call2", autodial: false, peer: "watched", tunnel: 2 },
      ],
    },
    lns: SECRET,
  },
  scripts: {
    initiator2: {
      to: ADDRESS.initiator,
      steps: [...spoofed("a"), { do: "mark", event: "replied" }, ...spoofed("b")],
    },
  },
  async run(driver) {
    await driver.instruct("initiator2", { kind: "begin" });
    await dial(driver);
    await driver.event("initiator2", "replied", 10_000);
    await dial(driver, "initiator", 1);
    await until(driver, "initiator", "ppp_up");
    await dial(driver, "initiator", 2);
    await until(driver, "initiator2", "script_done");
  },
});

/** The endpoint of a tunnel dies, and its initiator looks for another. */
export const endpointDies: Scenario = scenario({
  ...{ variant: "global", name: "endpoint_dies", quick: true },
  title: "The endpoint of a tunnel dies, and its initiator looks for another",
  more: { initiator: { ...IMPATIENT, hello: 300, redial: QUICK.silence } },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await driver.instruct("endpoint3", { kind: "fail" });
    await until(driver, "initiator", "call_ended");
    await driver.advance(QUICK.silence + GIVEN_UP);
  },
});

/** An endpoint takes no new tunnels, and ends the one it has with "try another". */
export const endpointRedirects: Scenario = scenario({
  ...{ variant: "global", name: "endpoint_redirects" },
  title: 'An endpoint takes no new tunnels, and ends the one it has with "try another"',
  more: { initiator: { redial: 300 } },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await driver.instruct("endpoint3", { kind: "drain" });
    const tryAnother = { result: 2, error: 7, message: ADDRESS.master };
    await driver.instruct("endpoint3", { kind: "close_tunnel", ...tryAnother });
    await until(driver, "initiator", "call_ended");
    await driver.advance(800);
  },
});

/** The scenarios. */
export const INTERWORKING_SCENARIOS: readonly Scenario[] = [
  anotherPort,
  followers,
  secrets,
  wrongSecret,
  spoofedReply,
  endpointDies,
  endpointRedirects,
];
