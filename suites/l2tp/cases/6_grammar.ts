/** RFC 2661 §4 and §6 as a grammar: what AVPs are sent, in which messages, and with which values. */

import { type Avp, withLength } from "../../../captures/wire/l2tp_avp.ts";
import { avp as avpOf } from "../../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { accept, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import { bodiesOf, judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import {
  avpLengthsFault,
  doubledAvpFault,
  type GrammarRule,
  misplacedAvpFault,
  rangeFault,
  textFault,
  valueLengthFault,
} from "../facts/grammar_rules.ts";
import { errorMessageFault, resultCodeFault, tellsOfError } from "../facts/result_rules.ts";
import type { L2tpId } from "../requirements.ts";
import { type Part, scripted, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { bothRules } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { changesAvps } from "./packets.ts";

const { CDN, StopCCN } = MessageType;

/** What is judged of every message with a body: check, requirement, and the rule. */
const RULES: readonly [name: string, id: L2tpId, title: string, rule: GrammarRule][] = [
  [
    "avps/fill_message",
    "L2TP-101",
    "AVPs have possible lengths, and fill their message",
    avpLengthsFault,
  ],
  [
    "avps/of_other_messages",
    "L2TP-102",
    "No AVP stands in a message that does not use it",
    misplacedAvpFault,
  ],
  [
    "avps/once",
    "L2TP-103",
    "No AVP but a Random Vector stands in a message twice",
    doubledAvpFault,
  ],
  [
    "avps/value_lengths",
    "L2TP-104",
    "Every AVP has the length of its definition",
    valueLengthFault,
  ],
  ["avps/ranges", "L2TP-106", "Every number is one that its AVP may have", rangeFault],
  ["avps/text", "L2TP-107", "Text is in the character set of its AVP", textFault],
];

/** A LAC that tells all that it may of a call. */
const WORDY_CALL = scripted({
  name: "avps/wordy_call",
  title: "A LAC tells all that it may of a call",
  role: "lac",
  config: {
    calls: [{
      ...{ name: "call", callingNumber: "5551000", calledNumber: "5552000", subAddress: "17" },
      ...{ privateGroupId: "group", rxConnectSpeed: 64_000, physicalChannelId: 0x01020304 },
    }],
  },
  steps: [...accept("a"), ...take("a", "a1")],
});

const PARTS: readonly Part[] = [
  { scenarios: [WORDY_CALL], checks: [] },
  ...RULES.flatMap(([name, id, title, rule]) =>
    bothRules((role) => ({
      ...{ name, title, covers: [id] as [L2tpId] },
      on: role === "lac" ? [CONVERSATION.lac, WORDY_CALL] : [CONVERSATION.lns],
      subject: (conduct) => bodiesOf(conduct),
      judge: (messages) => judgeGrammar(messages, rule),
    }))
  ),
  ...bothRules((role) => ({
    name: "avps/result_codes",
    title: "Results and errors are ones that are defined",
    covers: ["L2TP-105"],
    on: [CONVERSATION[role]],
    subject: (conduct) =>
      messagesOf(conduct, "StopCCN or CDN", ({ type }) => type === StopCCN || type === CDN),
    judge: (messages) => judgeGrammar(messages, resultCodeFault),
  })),
  ...bothRules((role) => ({
    name: "avps/error_messages",
    title: "Errors 6 and 8 say more in an Error Message",
    covers: ["L2TP-109"],
    on: [CONVERSATION[role]],
    subject: (conduct) => messagesOf(conduct, "error 6 or 8", tellsOfError),
    judge: (messages) => judgeGrammar(messages, errorMessageFault),
  })),
];

/** Sends messages of some types with other AVPs; those behind the Message Type are given. */
function sends(names: readonly MessageName[], change: (avps: Avp[]) => Avp[]): L2tpOverrides {
  return {
    l2tp: {
      avps: (name, [type, ...avps]) =>
        names.includes(name) ? [type, ...change(avps)] : [type, ...avps],
    },
  };
}

/** Sends an attribute with another value, and the length that it then has. */
function values(type: number, change: (value: Uint8Array) => Uint8Array): L2tpOverrides {
  return changesAvps((record) =>
    record.type === type ? withLength({ ...record, value: change(record.value) }) : record
  );
}

/** The last octets of a number alone, as where a field of 16 bits is written for one of 32. */
const half = (value: Uint8Array) => value.slice(-2);
/** The octets of a number in the other order. */
const swapped = (value: Uint8Array) => value.toReversed();

/** Puts octets behind the last AVP of what ends a tunnel or a call, and counts them. */
function appends(...octets: number[]): L2tpOverrides {
  return {
    wire: {
      egress(t) {
        if (!isEnd(messageTypeOf(t.packet))) return [t];
        const packet = Uint8Array.of(...t.packet, ...octets);
        return [{ ...t, packet: with16(packet, 2, packet.length) }];
      },
    },
  };
}

/** Changes the Result Code AVP of one type of messages. */
function results(name: MessageName, change: (value: Uint8Array) => Uint8Array): L2tpOverrides {
  return sends(
    [name],
    (avps) =>
      avps.map((one) =>
        one.type === RESULT ? withLength({ ...one, value: change(one.value) }) : one
      ),
  );
}

const isEnd = (type: number) => type === CDN || type === StopCCN;
const HOST_NAME = 7, RESULT = 1, SERIAL = 15, WINDOW = 10, VENDOR_NAME = 8;
const CALLING_NUMBER = 22, CHANNEL = 25;

const MUTANTS = [
  ...mutantOfBoth(
    "last_avp_of_length_0",
    "Ends a message that ends something with an AVP of length 0",
    "L2TP-101",
    appends(0, 0, 0, 0, 3, 0xe8),
  ),
  ...mutantOfBoth(
    "last_avp_past_end",
    "Ends a message that ends something with an AVP past its end",
    "L2TP-101",
    appends(0, 20, 0, 0, 3, 0xe8),
  ),
  ...mutantOfBoth(
    "stray_octets",
    "Leaves octets behind the last AVP that are none",
    "L2TP-101",
    appends(0, 0, 0),
  ),
  ...mutantOfBoth(
    "window_in_stop",
    "Sends a Receive Window Size in StopCCN",
    "L2TP-102",
    sends(["StopCCN"], (avps) => [...avps, avpOf("receiveWindowSize", 4)]),
  ),
  ...mutantOfBoth(
    "identifier_in_connected",
    "Sends an Assigned Session ID in ICCN, or a Bearer Type in ICRP",
    "L2TP-102",
    sends(["ICCN", "ICRP"], (avps) => [...avps, avpOf("bearerType", 1)]),
  ),
  ...mutantOfBoth(
    "two_host_names",
    "Sends its Host Name twice",
    "L2TP-103",
    sends(
      ["SCCRQ", "SCCRP"],
      (avps) => [...avps, ...avps.filter(({ type }) => type === HOST_NAME)],
    ),
  ),
  ...mutantOfBoth(
    "two_results",
    "Sends two Result Codes",
    "L2TP-103",
    sends(["CDN", "StopCCN"], (avps) => [...avps, avpOf("resultCode", { result: 2, error: 0 })]),
  ),
  mutant("lac", "serial_of_2_octets", "Sends Call Serial Numbers of 2 octets", "L2TP-104", {
    ...values(SERIAL, half),
  }),
  ...mutantOfBoth(
    "framing_of_2_octets",
    "Sends Framing Capabilities of 2 octets",
    "L2TP-104",
    values(3, half),
  ),
  ...mutantOfBoth(
    "firmware_of_4_octets",
    "Sends a Firmware Revision of 4 octets",
    "L2TP-104",
    values(6, (value) => Uint8Array.of(0, 0, ...value)),
  ),
  ...mutantOfBoth(
    "result_swapped",
    "Sends the Result Codes of CDNs with their octets in the other order",
    "L2TP-105",
    results("CDN", (value) => Uint8Array.of(...swapped(value.slice(0, 2)), ...value.slice(2))),
    ["L2TP-023", "L2TP-034", "L2TP-096"],
  ),
  ...mutantOfBoth(
    "error_swapped",
    "Sends the Error Codes of CDNs with their octets in the other order",
    "L2TP-105",
    results(
      "CDN",
      (value) =>
        Uint8Array.of(...value.slice(0, 2), ...swapped(value.slice(2, 4)), ...value.slice(4)),
    ),
    ["L2TP-096"],
  ),
  ...mutantOfBoth(
    "general_error_alone",
    "Tells of a general error without its Error Code",
    "L2TP-105",
    values(RESULT, (value) => value[1] === 2 ? value.slice(0, 2) : value),
    ["L2TP-051", "L2TP-096"],
  ),
  ...mutantOfBoth(
    "half_an_error",
    "Sends Result Codes with an Error Code of one octet",
    "L2TP-104",
    values(RESULT, (value) => Uint8Array.of(...value.slice(0, 2), value[3] ?? 0)),
    ["L2TP-043", "L2TP-051", "L2TP-096", "L2TP-105"],
  ),
  ...mutantOfBoth(
    "stop_result_0",
    "Sends StopCCNs with Result Code 0",
    "L2TP-105",
    results("StopCCN", (value) => Uint8Array.of(0, 0, ...value.slice(2))),
    // Whatever asks for a certain reason misses it.
    ["L2TP-021", "L2TP-023", "L2TP-034", "L2TP-051", "L2TP-096"],
  ),
  ...mutantOfBoth(
    "tells_window_0",
    "Offers a Receive Window Size of 0",
    "L2TP-106",
    values(WINDOW, () => Uint8Array.of(0, 0)),
  ),
  ...mutantOfBoth(
    "vendor_in_latin_1",
    "Sends a Vendor Name in ISO 8859-1",
    "L2TP-107",
    values(VENDOR_NAME, () => Uint8Array.of(0x43, 0x61, 0x66, 0xe9)),
  ),
  mutant("lac", "number_in_latin_1", "Sends a Calling Number in ISO 8859-1", "L2TP-107", {
    ...values(CALLING_NUMBER, (value) => Uint8Array.of(...value, 0xe9)),
  }),
  mutant("lac", "channel_of_2_octets", "Sends Physical Channel IDs of 2 octets", "L2TP-104", {
    ...values(CHANNEL, half),
  }),
  ...mutantOfBoth(
    "error_message_in_latin_1",
    "Sends Error Messages in ISO 8859-1",
    "L2TP-107",
    values(RESULT, (value) => value.length > 4 ? Uint8Array.of(...value, 0xe9) : value),
  ),
  ...mutantOfBoth("silent_errors", "Tells of error 8 without a message", "L2TP-109", {
    ...values(RESULT, (value) => value.slice(0, 4)),
  }),
];

/** §4.4 and §6 as a grammar. */
export const GRAMMAR = section("§4.4, §6 Which AVPs, where, and with which values", PARTS, {
  mutants: MUTANTS,
});
