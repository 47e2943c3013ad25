import { z } from "zod";

/** Where a value stands in a packet of a vendor's format. */
export const fieldFormat = z.strictObject({
  /** Octets from the start of the UDP payload (or of the IP payload when matched by protocol). */
  offset: z.int().min(0).max(65535),
  length: z.int().min(1).max(16),
  mask: z.string().regex(/^(0x)?[0-9a-fA-F]+$/).optional(),
});

/** Which packets carry a format. */
export const formatMatch = z.strictObject({
  udp_port: z.int().min(1).max(65535).optional(),
  ip_protocol: z.int().min(0).max(255).optional(),
  /** Octets that must have these values under these masks. */
  octets: z.array(z.strictObject({
    offset: z.int().min(0),
    value: z.int().min(0).max(255),
    mask: z.int().min(0).max(255).default(255),
  })).default([]),
});

/** Names of Debian packages (Debian Policy §5.6.1). */
const packages = z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/));

/** Kinds of instructions that a script carries out: see `lab/devices/script/script.ts`. */
const instructions = z.array(z.string()).optional();

/** An interface of the machine that runs the lab (Linux: at most 15 octets). */
const hostInterface = z.string().regex(/^[^\s/]{1,15}$/);
const ipAddress = z.union([z.ipv4(), z.ipv6()]);
const ipPrefix = z.union([z.cidrv4(), z.cidrv6()]);

/** What stands at each interface of a node. */
const cables = <Cable extends z.ZodType>(cable: Cable) => z.record(z.string(), cable.nullable());

const control = z.array(z.string()).min(1).optional().describe(
  "Command that configures the device before each scenario and carries out instructions: run in this " +
    "machine's own network with PLUMBLINE_SETTINGS naming a file of shell variables.",
);

/** How a device under test is reached. */
export const attachment = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("reference"),
    variant: z.string().optional()
      .describe("Id of a mutant or of a legal variant: our own peer with one rule replaced."),
  }),
  z.strictObject({
    kind: z.literal("process"),
    /**
     * Run in the namespace of its node with the path of the configuration file appended. In it
     * `{devices}` stands for the folder of the project's profiles and `{root}` for the unpacked
     * packages; `lab/devices/script/script.ts` says what the environment tells a script.
     */
    command: z.array(z.string()).min(1),
    /** Text of a line on its standard output that says it is ready. */
    ready: z.string().optional(),
    /** Debian packages that it needs, every library included: unpacked, never installed. */
    packages: packages.optional(),
    instructions,
  }),
  /** User-Mode Linux: Debian's user-mode-linux on unpacked packages, at the links of its node. */
  z.strictObject({
    kind: z.literal("linux"),
    /** Debian packages that make its root file system, besides the kernel and what boots it. */
    packages: packages.default([]),
    /** Shell script that configures and runs the device in it; `{devices}` as above. */
    script: z.string().min(1),
    /** Text of a line that the script prints when the device is ready. */
    ready: z.string().min(1),
    /** MiB of its memory. */
    memory: z.int().min(32).max(4096).default(128),
    instructions,
  }),
  /** A container of the compose lab, whose image runs `lab/devices/container/agent.sh`. */
  z.strictObject({
    kind: z.literal("container"),
    image: z.string().optional()
      .describe("Name of its image, for whoever reads the report; ROLE_IMAGE chooses it."),
    /** Text of a line on its standard output that says it is ready. */
    ready: z.string().optional(),
    instructions,
  }),
  z.strictObject({
    kind: z.literal("interface"),
    cables: cables(hostInterface).describe(
      "For each interface of the node that the device plays (list topologies) the interface of this " +
        "machine with the cable to it, or a bridge; null where there is none.",
    ),
    control,
  }),
  z.strictObject({
    kind: z.literal("address"),
    cables: cables(z.strictObject({
      interface: hostInterface,
      addresses: z.array(ipAddress).min(1).describe(
        "The device's own addresses, those of one IP version in the order of the node's.",
      ),
      own: z.array(ipPrefix).min(1).describe(
        "Addresses in prefix notation that the lab takes on the interface, one for each address of " +
          "the peers that the device is to talk to.",
      ),
      gateway: ipAddress.optional().describe(
        "The router to the device; absent, it is on the link.",
      ),
    })).describe(
      "For each interface of the node that the device plays where the device is reached; null where " +
        "it is not.",
    ),
    control,
  }),
  z.strictObject({
    kind: z.literal("null"),
    conduct: z.enum(["mute", "mirror", "flooder", "late_starter", "crasher", "replayer"])
      .describe("What it does in the place of what it should."),
    after: z.int().min(1).max(1_000_000).optional().describe(
      "Of a late_starter the milliseconds for which it is deaf, of a crasher the packet of which it dies.",
    ),
  }),
  z.strictObject({
    kind: z.literal("captures"),
    /** Capture file (by base name or `*` pattern) to the tap it stands for. */
    taps: z.record(
      z.string(),
      z.strictObject({ node: z.string(), side: z.enum(["wan", "lan"]) }),
    ).default({}),
  }),
]);

/**
 * A failure that the suite is known to find in a device. It excuses nothing: the verdicts of a run
 * stand as they are, and its report says which failures are known, which are new, and which known
 * ones it did not see again. `lab/devices/record_findings.ts` writes them.
 */
export const findingSchema = z.strictObject({
  check: z.string(),
  requirements: z.array(z.string()).min(1),
  expected: z.string(),
  actual: z.string(),
  /** The packets that prove it: number in the run's capture, and UDP payload in hexadecimal. */
  frames: z.array(z.strictObject({
    capture: z.string(),
    number: z.int().min(1),
    octets: z.string().regex(/^([0-9a-f]{2})*(…)?$/),
  })).min(1),
  /** Day of the run, `YYYY-MM-DD`. */
  seen: z.iso.date(),
  /** What a reader must know as well. */
  note: z.string().optional(),
});

/**
 * A device profile: one data file per device. `profile.schema.json` beside this file is generated
 * from here, so that an editor helps whoever writes one.
 */
export const profileSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  vendor: z.string().default(""),
  version: z.string().default(""),
  roles: z.array(z.string()).min(1)
    .describe("Roles that it plays, such as sender, receiver, lac, lns."),
  classes: z.array(z.string()).default([]).describe(
    "Optional classes and options that it declares: what it does not declare is not asked of it.",
  ),
  attach: attachment.describe("How it is reached."),
  formats: z.record(
    z.string(),
    z.strictObject({ match: formatMatch, fields: z.record(z.string(), fieldFormat) }),
  ).default({}).describe("Private wire formats: for each kind of packet a match and its fields."),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({})
    .describe("Thresholds, timers, tolerances."),
  trace: z.strictObject({ kind: z.enum(["jsonl", "none"]) }).default({ kind: "none" })
    .describe("How its internal facts can be read."),
  exceptions: z.array(z.strictObject({
    requirement: z.string(),
    reason: z.string().regex(/\S/, "must say why"),
    expires: z.iso.date().describe("Last day on which it holds."),
  })).default([]).describe("Waivers: they skip nothing, stay visible, and go stale loudly."),
  findings: z.array(findingSchema).optional()
    .describe(
      "Failures that the suite is known to find in it: a report calls them known, and turns nothing.",
    ),
});

/** The profile's JSON Schema, as published: what a file may say, defaults left out. */
export function profileJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(profileSchema, { io: "input" }),
    title: "Plumbline device profile",
    description: "What a device is, what it declares, and how it is reached.",
  };
}

/** A device profile as the rest of the code sees it, with every default filled in. */
export type Profile = z.infer<typeof profileSchema>;

/** Whether a device is our own reference peer with no rule replaced: nobody asks what it keeps. */
export function isPlainReference({ attach }: Pick<Profile, "attach">): boolean {
  return attach.kind === "reference" && attach.variant === undefined;
}

/** Whether our own program plays a device, be it what it should be or not: its clock is the lab's. */
export function isOurs({ attach }: Pick<Profile, "attach">): boolean {
  return attach.kind === "reference" || attach.kind === "null";
}
