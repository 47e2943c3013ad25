/** RFC 2661 §5.8, §6 and §7 over everything that is sent: order, senders, and reliable delivery. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { type Inconclusive, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { bodiesOf, messagesOf } from "../facts/conduct_rules.ts";
import type { Conduct } from "../facts/control_facts.ts";
import { judgeNr, judgeRepetitions, judgeWindow } from "../facts/delivery_rules.ts";
import {
  judgeAfterDisconnect,
  judgeAfterStop,
  judgeCallOrder,
  judgeEstablishment,
  judgeSenders,
} from "../facts/order_rules.ts";
import type { L2tpId } from "../requirements.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { bothRules } from "./ends.ts";
import { ORDER_MUTANTS } from "./7_order_mutants.ts";

const { OCRQ } = MessageType;

type Subject = (conduct: Conduct) => object | Inconclusive;

/** Subjects: messages of some kind, or ends that both sent something. */
const bodies: Subject = (conduct) => bodiesOf(conduct);
const ofCalls: Subject = (conduct) =>
  messagesOf(conduct, "message of a call", ({ type }) => type >= OCRQ);
const exchanges: Subject = ({ ends }) => {
  const found = ends.filter(({ messages, peer }) =>
    messages.length > 1 && peer.messages.length > 0
  );
  return found.length > 0 ? found : inconclusive("no exchange of two ends was captured");
};

/** What is judged: check, requirement, title, subject and judgement. */
const RULES: readonly [
  string,
  L2tpId,
  string,
  Subject,
  (conduct: Conduct) => PartialVerdict,
][] = [
  [
    "control/order",
    "L2TP-116",
    "A control connection begins with its three messages, each once",
    bodies,
    judgeEstablishment,
  ],
  [
    "control/after_stop",
    "L2TP-120",
    "Nothing but acknowledgements follows a StopCCN",
    bodies,
    judgeAfterStop,
  ],
  [
    "sessions/senders",
    "L2TP-119",
    "What LACs alone and LNSs alone send comes from them",
    ofCalls,
    judgeSenders,
  ],
  [
    "sessions/order",
    "L2TP-118",
    "The messages of a call come in their order",
    ofCalls,
    judgeCallOrder,
  ],
  [
    "sessions/after_disconnect",
    "L2TP-121",
    "Nothing more is said of a call behind its CDN",
    ofCalls,
    judgeAfterDisconnect,
  ],
  [
    "reliable/same_message",
    "L2TP-117",
    "What is sent again under a number is the same message",
    bodies,
    judgeRepetitions,
  ],
  [
    "reliable/nr",
    "L2TP-054",
    "Nr never goes back, and counts nothing that was not sent",
    exchanges,
    (conduct) => judgeNr(conduct, false),
  ],
  [
    "reliable/nr_of_repetitions",
    "L2TP-059",
    "The Nr of what is sent again does not go back",
    exchanges,
    (conduct) => judgeNr(conduct, true),
  ],
  [
    "reliable/outstanding",
    "L2TP-064",
    "No more messages are outstanding than the peer's window allows",
    exchanges,
    judgeWindow,
  ],
];

const PARTS: readonly Part[] = RULES.flatMap(([name, id, title, subject, judge]) =>
  bothRules<object>((role) => ({
    ...{ name, title, covers: [id], on: [CONVERSATION[role]] },
    subject,
    judge: (_, conduct) => judge(conduct),
  }))
);

/** §5.8, §6, §7 over everything that is sent. */
export const ORDER_SENT = section("§5.8, §6, §7 The order of what is sent", PARTS, {
  mutants: ORDER_MUTANTS,
});
