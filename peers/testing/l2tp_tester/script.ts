/**
 * What the tester does, as data: a list of steps that stands in the evidence like any configuration.
 *
 * The tester speaks L2TP by script and nothing else: it does as it is told, legal or not, and draws no
 * conclusion. Names such as `a` stand for its tunnels, and `a1` for a session of tunnel `a`.
 */
import { z } from "zod";

const hex = z.string().regex(/^([0-9a-f]{2})*$/);

/**
 * Milliseconds that a step waits for what a device is to do at once. They are many, as a loaded machine
 * is no fault of the device, and cost nothing where it comes.
 */
const AT_ONCE = 5000;

/** One AVP; what is absent is as RFC 2661 prescribes it. */
const avp = z.strictObject({
  type: z.int().min(0).max(65535),
  /** Octets in hexadecimal. */
  value: hex.optional(),
  /** The tester's own identifier of a tunnel or session by this name, which no script can know. */
  own: z.string().optional(),
  /** A value that the script cannot know: the response to the challenge last received. */
  response: z.strictObject({
    secret: z.string(),
    id: z.int(),
    /** Tunnel whose challenge is answered; its own unless told. */
    challengeOf: z.string().optional(),
    /** Octet of it that is to be wrong, and how many octets it has where that is to be wrong. */
    wrongAt: z.int().min(0).max(15).optional(),
    /** Places by which its octets are turned to the left. */
    turned: z.int().min(1).max(15).optional(),
    octets: z.int().min(0).max(1017).optional(),
  }).optional(),
  /** Hides the value with this secret, the vector being the Random Vector before it. */
  hide: z.strictObject({ secret: z.string(), vector: hex, padding: hex.default("") }).optional(),
  m: z.boolean().default(true),
  h: z.boolean().default(false),
  reserved: z.int().min(0).max(15).default(0),
  vendor: z.int().min(0).max(65535).default(0),
  /** Length field, when it is to be wrong. */
  length: z.int().min(0).max(1023).optional(),
});

/** Header fields that are to differ from what they should be. */
const header = z.strictObject({
  /** The first two octets. */
  word: z.int().min(0).max(0xffff).optional(),
  length: z.int().optional(),
  tunnelId: z.int().optional(),
  sessionId: z.int().optional(),
  /** Whether a request for a call carries the Session ID of one that the device has. */
  ofSession: z.boolean().optional(),
  /** Absolute, or relative to what would be right. */
  ns: z.int().optional(),
  nr: z.int().optional(),
  nsBy: z.int().optional(),
  nrBy: z.int().optional(),
});

const sendStep = z.strictObject({
  do: z.literal("send"),
  /** Message Type; 0 for a zero-length body. */
  type: z.int().min(0).max(65535),
  tunnel: z.string(),
  session: z.string().optional(),
  /** Replaces, takes away, or adds AVPs to those that the type has by default. */
  avps: z.array(avp).optional(),
  without: z.array(z.int()).default([]),
  with: z.array(avp).default([]),
  /** Has the AVPs that the type has by default from last to first, behind the Message Type. */
  backwards: z.boolean().optional(),
  /** Octets behind the message. */
  junk: hex.default(""),
  header: header.prefault({}),
  /** Whether it uses up an Ns; by default it does unless the script sets one. */
  counts: z.boolean().optional(),
  /**
   * Left out unless the device has assigned the identifiers that its header is to carry: nobody
   * answers what was not asked for.
   */
  ifAssigned: z.boolean().optional(),
  /** Port of the tester that it leaves by. */
  from: z.string().optional(),
  /** Address and port that it goes to in place of the tunnel's. */
  to: z.strictObject({ address: z.string(), port: z.int() }).optional(),
});

const dataStep = z.strictObject({
  do: z.literal("data"),
  tunnel: z.string(),
  session: z.string(),
  payload: hex,
  /** The first two octets; 0002 unless told. Fields follow as it announces them. */
  word: z.int().default(2),
  ns: z.int().default(0),
  nr: z.int().default(0),
  offset: z.int().default(0),
  /** Octets of padding really sent; as many as the offset says unless told. */
  pad: z.int().optional(),
  tunnelId: z.int().optional(),
  sessionId: z.int().optional(),
  from: z.string().optional(),
});

/** The own address of a link, or none to ask for one, and one for a peer without. */
const addresses = {
  address: z.string().default("0.0.0.0"),
  peerAddress: z.string().default("0.0.0.0"),
};

const step = z.discriminatedUnion("do", [
  sendStep,
  dataStep,
  /**
   * Goes on once such a message has come in on the tunnel, or time is over. Each message meets one
   * expectation, and copies meet none.
   */
  z.strictObject({
    do: z.literal("expect"),
    type: z.int(),
    tunnel: z.string(),
    within: z.int().default(AT_ONCE),
  }),
  /** Goes on once everything sent on the tunnel has been acknowledged, or time is over. */
  z.strictObject({
    do: z.literal("acknowledged"),
    tunnel: z.string(),
    within: z.int().default(AT_ONCE),
  }),
  /** Goes on once anything has come in on the tunnel since the script last sent, or time is over. */
  z.strictObject({
    do: z.literal("answered"),
    tunnel: z.string(),
    within: z.int().default(AT_ONCE),
  }),
  /**
   * Goes on once so many more messages of a type have come in on the tunnel, or once the device seems
   * to have given up: it was silent for much longer than intervals that treble would have it be.
   */
  z.strictObject({
    do: z.literal("copies"),
    type: z.int(),
    tunnel: z.string(),
    count: z.int().min(1),
    within: z.int().default(150_000),
    /** Milliseconds for which it must have been silent in any case. */
    silence: z.int().default(6000),
  }),
  /** Goes on once the device has sent data on the session, or time is over. */
  z.strictObject({
    do: z.literal("data_from"),
    session: z.string(),
    within: z.int().default(3000),
  }),
  /** Goes on once these LCP Configure-Requests have been answered on the session. */
  z.strictObject({
    do: z.literal("lcp_answered"),
    session: z.string(),
    identifiers: z.array(z.int().min(0).max(255)).min(1),
    within: z.int().default(AT_ONCE),
  }),
  /**
   * Asks for a tunnel until the device answers, as it may not be listening yet: a device that is not
   * there at the first stimulus would be silent for that alone.
   */
  z.strictObject({
    do: z.literal("reach"),
    tunnel: z.string(),
    from: z.string().optional(),
    without: z.array(z.int()).default([]),
    within: z.int().default(10_000),
  }),
  z.strictObject({ do: z.literal("wait"), ms: z.int().min(0) }),
  /** Negotiates LCP within a call; goes on once it is open, or time is over. */
  z.strictObject({
    do: z.literal("lcp"),
    tunnel: z.string(),
    session: z.string(),
    ...addresses,
    within: z.int().default(1000),
  }),
  /** Likewise IPCP behind it. */
  z.strictObject({
    do: z.literal("ipcp"),
    tunnel: z.string(),
    session: z.string(),
    ...addresses,
    // A request that came before the tester had an end is made again after three seconds.
    within: z.int().default(8000),
  }),
  /** Pings from the own address, in a frame that begins with these octets. */
  z.strictObject({
    do: z.literal("ping"),
    session: z.string(),
    to: z.string(),
    identifier: z.int().min(1).max(65_535),
    octets: z.int().min(28).max(65_535).default(100),
    header: hex.default("ff030021"),
  }),
  /** Goes on once these pings were answered on the session. */
  z.strictObject({
    do: z.literal("ping_answered"),
    session: z.string(),
    identifiers: z.array(z.int()).min(1),
    within: z.int().default(1000),
  }),
  /** Traces an event of this name, which the scenario may wait for. */
  z.strictObject({ do: z.literal("mark"), event: z.string() }),
  /** Whether zero-length bodies are sent for what comes in, and Nr tells of it. */
  z.strictObject({ do: z.literal("acknowledging"), on: z.boolean() }),
  /** Octets as they are, in hexadecimal. */
  z.strictObject({ do: z.literal("raw"), octets: hex, from: z.string().optional() }),
  /** A HELLO, acknowledged, so many times. */
  z.strictObject({ do: z.literal("hellos"), tunnel: z.string(), count: z.int() }),
]);

/** Configuration of the tester. */
export const testerConfigSchema = z.strictObject({
  wan: z.array(z.strictObject({ port: z.string(), address: z.string(), udp: z.int() })).min(1),
  /** Where the device under test is. */
  peers: z.array(z.looseObject({
    wan: z.array(z.strictObject({ address: z.string(), port: z.int() })).min(1),
  })).min(1),
  /** Identifiers that the tester assigns, by name. Tunnels of a caller are taken in this order. */
  tunnels: z.record(z.string(), z.int()),
  sessions: z.record(z.string(), z.int()).default({}),
  /** The tunnel on which everything is acknowledged, whatever the script says of others. */
  witness: z.string().optional(),
  /** The secret that it shares with the device: what comes hidden is recovered with it. */
  secret: z.string().optional(),
  steps: z.array(step),
});

/** One step, with every default filled in. */
export type ScriptStep = z.output<typeof step>;
/** One step as a scenario writes it. */
export type StepInput = z.input<typeof step>;
export type SendStep = z.output<typeof sendStep>;
export type CopiesStep = Extract<ScriptStep, { do: "copies" }>;
export type DataStep = z.output<typeof dataStep>;
export type AvpInput = z.input<typeof avp>;
export type AvpSpec = z.output<typeof avp>;
export type TesterConfig = z.output<typeof testerConfigSchema>;
