/** D0-12: what a receiver calls sessions in its trace. */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { hashOf } from "../../../peers/core_identity/session.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

const choices = [
  {
    name: "calls_sessions_by_numbers",
    title: "Calls sessions in its trace by a hash of their flows",
    source: "D0-12: a trace names a session, and no text of the name is given",
    rules: {
      node: {
        sessionKey: (c, criteria, number) =>
          `session ${hashOf(SENDER_RULES.sessionKey(c, criteria, number))}`,
      },
    },
  },
  {
    name: "names_sessions_by_four_values",
    title: "Calls sessions in its trace by addresses and ports alone",
    source: "seed 000 claim 47; D0-12: no text of the name is given",
    rules: {
      node: {
        sessionKey: (c, criteria, number) =>
          SENDER_RULES.sessionKey(c, { ...criteria, protocol: false }, number),
      },
    },
  },
  {
    name: "names_no_sessions",
    title: "Tells in its trace which core worked, and not on which session",
    source: "D0-12: a record tells what a device exposes",
    rules: {
      node: {
        sessionKey: (c, criteria, number) =>
          c.source.startsWith("10.1.") || c.source.startsWith("fd00:1:")
            ? ""
            : SENDER_RULES.sessionKey(c, criteria, number),
      },
    },
  },
] as const satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** The section. */
export const TRACE_VARIANTS: Section = {
  title: "D0-12: names of sessions in traces",
  checks: [],
  legalVariants: choices.map((choice) => kit.legalVariant({ role: "receiver", ...choice })),
};
