/** RFC 2661 §5.1.1: devices that do not authenticate, or do so wrongly. */
import { type Avp, withLength } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { chapMd5 } from "../../../captures/wire/ppp_chap_md5.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { Attribute } from "../facts/message.ts";
import { SECRET } from "./authentication_attempts.ts";
import { type L2tpMutant, mutant, mutantOfBoth } from "./mutants.ts";
import { has, withAvps } from "./packets.ts";

const { SCCRP, SCCCN } = MessageType;
const { challenge, response } = Attribute;

/** Loses an SCCCN with a response to a challenge that came without a response of one's own. */
function mutualOnly(): L2tpOverrides {
  let alone = false;
  return {
    wire: {
      egress(transmission) {
        const { packet } = transmission;
        if (messageTypeOf(packet) === SCCRP) {
          alone = has(packet, challenge) && !has(packet, response);
        }
        return [transmission];
      },
      ingress: (packet) =>
        alone && messageTypeOf(packet) === SCCCN && has(packet, response) ? undefined : packet,
    },
  };
}

/** Challenges that count up. */
function counter(): () => Uint8Array {
  let count = 0;
  return () => new Uint8Array(16).fill(7, 0, 15).fill(++count & 0xff, 15);
}

/** Takes for right what a digest without a secret would be. */
function emptySecret(): NonNullable<L2tpOverrides["wire"]> {
  const asked: Uint8Array[] = [];
  return {
    egress(t) {
      const found = avpsOf(t.packet).find((one) => one.type === challenge);
      if (found) asked.push(found.value.slice());
      return [t];
    },
    ingress(packet) {
      const type = messageTypeOf(packet), found = avpsOf(packet).find((o) => o.type === response);
      const digestOf = (secret: string, value: Uint8Array) =>
        chapMd5(type, new TextEncoder().encode(secret), value);
      const one = found && asked.find((value) => isEqual(digestOf("", value), found.value));
      if (one === undefined) return packet;
      const right = (avp: Avp) =>
        avp.type === response ? { ...avp, value: digestOf(SECRET, one) } : avp;
      return withAvps(packet, avpsOf(packet).map(right));
    },
  };
}

/** A Challenge Response cut to the octets that it should have. */
const first16 = (one: Avp): Avp =>
  one.type === response ? withLength({ ...one, value: one.value.slice(0, 16) }) : one;

/** Whether octets are those that others begin with. */
const isEqual = (octets: Uint8Array, others: Uint8Array) =>
  octets.every((octet, i) => octet === others[i]);

const sumOf = (octets: Uint8Array) => octets.reduce((sum, octet) => sum + octet, 0);

const FOLLOWING = [
  ...["L2TP-038", "L2TP-039", "L2TP-040", "L2TP-041", "L2TP-032", "L2TP-135"] as const,
];

/** Devices that break §5.1.1. */
export const AUTHENTICATION_MUTANTS: readonly L2tpMutant[] = [
  mutant("lns", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-036", {
    l2tp: { challengeResponse: (_, secret, value) => chapMd5(1, secret, value) },
  }, FOLLOWING),
  mutant("lac", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-037", {
    l2tp: { challengeResponse: (_, secret, value) => chapMd5(1, secret, value) },
  }, FOLLOWING),
  mutant("lns", "secret_of_16", "Hashes 16 octets of a secret alone", "L2TP-036", {
    l2tp: {
      challengeResponse: (type, secret, value) => chapMd5(type, secret.subarray(0, 16), value),
    },
  }),
  mutant("lac", "secret_of_16", "Hashes 16 octets of a secret alone", "L2TP-037", {
    l2tp: {
      challengeResponse: (type, secret, value) => chapMd5(type, secret.subarray(0, 16), value),
    },
  }),
  ...mutantOfBoth("any_response", "Takes any response", "L2TP-038", {
    l2tp: { authenticates: () => true },
  }),
  ...mutantOfBoth("sums_of_responses", "Compares the sums of the octets of responses", "L2TP-038", {
    l2tp: {
      authenticates: (expected, received) =>
        received?.length === 16 && sumOf(expected) === sumOf(received),
    },
  }),
  ...mutantOfBoth("half_a_response", "Compares 8 octets of a response", "L2TP-038", {
    l2tp: {
      authenticates: (expected, received) =>
        received?.length === 16 && isEqual(expected.subarray(0, 8), received),
    },
  }),
  ...mutantOfBoth("response_of_zeros", "Takes a response of zeros", "L2TP-038", {
    l2tp: {
      authenticates: (expected, received) =>
        received?.length === 16 &&
        (isEqual(expected, received) || received.every((octet) => octet === 0)),
    },
  }),
  ...mutantOfBoth("no_secret_needed", "Takes a response that holds no secret", "L2TP-038", {
    wire: emptySecret(),
  }),
  ...mutantOfBoth("end_of_a_response", "Compares the last octet of a response", "L2TP-038", {
    l2tp: { authenticates: (expected, received) => received?.at(-1) === expected.at(-1) },
  }),
  ...mutantOfBoth("long_response", "Reads 16 octets of a longer response", "L2TP-038", {
    wire: {
      ingress: (packet) =>
        has(packet, response) ? withAvps(packet, avpsOf(packet).map(first16)) : packet,
    },
  }),
  ...mutantOfBoth(
    "short_challenges",
    "Hashes the first 16 octets of a challenge alone",
    "L2TP-039",
    {
      l2tp: {
        challengeResponse: (type, secret, value) => chapMd5(type, secret, value.subarray(0, 16)),
      },
    },
    ["L2TP-135"],
  ),
  mutant(
    "lns",
    "mutual_only",
    "Loses the response of whom it challenged unchallenged",
    "L2TP-040",
    mutualOnly(),
    ["L2TP-038", "L2TP-041"],
  ),
  mutant("lac", "mutual_only", "Loses the reply of whom it challenges unchallenged", "L2TP-040", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === SCCRP && has(packet, response) && !has(packet, challenge)
          ? undefined
          : packet,
    },
  }, ["L2TP-038"]),
  ...mutantOfBoth("counts_challenges", "Counts its challenges", "L2TP-041", {
    l2tp: { challenge: counter() },
  }),
  ...mutantOfBoth("one_challenge", "Sends the same challenge each time", "L2TP-041", {
    l2tp: { challenge: () => new Uint8Array(16).fill(7) },
  }),
];
