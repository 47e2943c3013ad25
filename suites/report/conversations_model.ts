/** The section of `report.json` that answers what the conversations of captures came to. */
import { z } from "zod";

const tone = z.enum(["good", "bad", "open", "note"]);
const frame = z.strictObject({ capture: z.string(), number: z.int().min(1) });
/** Seconds since 1970, as the capture has it; 0 where it has none. */
const time = z.number();

const eventSchema = z.strictObject({
  time,
  /** Who spoke to whom; empty where nobody did. */
  way: z.string(),
  what: z.string(),
  text: z.string(),
  tone,
  frames: z.array(frame),
});

/** Quantities by time. */
const figureSchema = z.strictObject({
  title: z.string(),
  plot: z.strictObject({
    kind: z.literal("lines"),
    /** What the values count. */
    unit: z.string(),
    /** Points of seconds since the first, and a value. */
    series: z.array(z.strictObject({
      label: z.string(),
      points: z.array(z.tuple([z.number(), z.number()])),
    })),
  }),
  note: z.string().optional(),
});

const conversationSchema = z.strictObject({
  /** Unique within its suite. */
  id: z.string(),
  title: z.string(),
  between: z.string(),
  /** In a few words, the same for all that ended alike. */
  outcome: z.string(),
  tone,
  summary: z.string(),
  began: time,
  ended: time,
  properties: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  events: z.array(eventSchema),
  notes: z.array(z.string()),
  figures: z.array(figureSchema).optional(),
  /** Ids of the checks that found a fault in it. */
  faults: z.array(z.string()),
  get parts() {
    return z.array(conversationSchema);
  },
});

const suiteSchema = z.strictObject({
  suite: z.string(),
  /** What a conversation is called: `tunnel`. */
  noun: z.string(),
  outcomes: z.array(z.strictObject({ outcome: z.string(), tone, count: z.int().min(1) })),
  /** Those told in full, the worst first where there are more. */
  told: z.array(conversationSchema),
  notes: z.array(z.string()),
  /** What is to be seen of all of them together. */
  figures: z.array(figureSchema).optional(),
});

/** Schema of the section. */
export const conversationsSchema = z.strictObject({
  /** Conversations of all suites, those included that are not told in full. */
  count: z.int().min(0),
  /** Whether the captures told themselves who is who, as no profile did. */
  undeclared: z.boolean(),
  /** What the captures hold, such as `12 UDP, 3 ICMP`. */
  holds: z.string(),
  frames: z.int().min(0),
  suites: z.array(suiteSchema),
  /** What limits the answer, each a sentence without a full stop. */
  notes: z.array(z.string()),
});

/** The answer about captures, as data. */
export type ReportConversations = z.infer<typeof conversationsSchema>;
/** What one suite tells. */
export type ReportTold = z.infer<typeof suiteSchema>;
/** One conversation. */
export type ReportConversation = z.infer<typeof conversationSchema>;
