import { z } from "zod";

/** Where a value stands in a packet of a vendor's format. */
export const fieldFormat = z.strictObject({
  offset: z.int().min(0).max(65535).describe(
    "Octets from the start of the UDP payload, or of the IP payload when matched by protocol.",
  ),
  length: z.int().min(1).max(255).describe("Octets of the value, in network order."),
  mask: z.string().regex(/^(0x)?[0-9a-fA-F]+$/).optional()
    .describe("Bits of it that count, in hexadecimal; all unless told."),
});

/** Which packets carry a format. */
export const formatMatch = z.strictObject({
  udp_port: z.int().min(1).max(65535).optional().describe("UDP port of either end."),
  ip_protocol: z.int().min(0).max(255).optional().describe("Protocol number of IP."),
  octets: z.array(z.strictObject({
    offset: z.int().min(0).describe("Octets from the start, as of a field."),
    value: z.int().min(0).max(255).describe("What the octet is under its mask."),
    mask: z.int().min(0).max(255).default(255).describe("Bits of the octet that count."),
  })).default([]).describe("Octets that must have these values."),
});

/** Names of Debian packages (Debian Policy §5.6.1). */
const packages = z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)).describe(
  "Debian packages that it needs besides what every system has: unpacked with all that they depend " +
    "on, never installed.",
);

const instructions = z.array(z.string()).optional().describe(
  "Kinds of instructions that the script carries out; each comes as a file instruction.sh beside the " +
    "settings, which the script removes when it is done.",
);

/** Seconds that a device has to become ready. */
const readyWithin = z.number().min(0.1).max(600);

/** An interface of the machine that runs the lab (Linux: at most 15 octets). */
const hostInterface = z.string().regex(/^[^\s/]{1,15}$/).describe("An interface of this machine.");
const ipAddress = z.union([z.ipv4(), z.ipv6()], { error: "it must be an IP address" });
const ipPrefix = z.union([z.cidrv4(), z.cidrv6()], {
  error: "it must be an IP address in prefix notation, such as 192.0.2.10/24",
});

/** What stands at each interface of a node. */
const cables = <Cable extends z.ZodType>(cable: Cable) => z.record(z.string(), cable.nullable());

const control = z.array(z.string()).min(1).optional().describe(
  "Command that configures the device before each scenario and carries out instructions: run in this " +
    "machine's own network with PLUMBLINE_SETTINGS naming a file of shell variables.",
);

/** How a device under test is reached. */
export const attachment = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("reference").describe("Our own peer."),
    variant: z.string().optional()
      .describe("Id of a mutant or of a legal variant: our own peer with one rule replaced."),
  }),
  z.strictObject({
    kind: z.literal("process").describe("A program at its node."),
    command: z.array(z.string()).min(1).describe(
      "Program and arguments; the path of the configuration file, JSON, is appended. {devices} stands " +
        "for the folder of the project's profiles, {root} for the unpacked packages.",
    ),
    ready: z.string().optional().describe(
      "Text of a line of its output that says it is ready; absent, it is at once.",
    ),
    ready_within: readyWithin.optional().describe("Seconds that it has to say so; 15 unless told."),
    packages: packages.optional(),
    as_root: z.array(z.string()).min(1).optional().describe(
      "Command that root of this machine runs in the network namespace of the node once the program is " +
        "ready, for what the kernel allows nobody else; placeholders as in command.",
    ),
    instructions,
  }),
  z.strictObject({
    kind: z.literal("linux").describe("A Linux kernel in a box (User-Mode Linux)."),
    packages: packages.default([]),
    script: z.string().min(1).describe(
      "Shell script that configures and runs the device in the kernel; {devices} as of a process.",
    ),
    ready: z.string().min(1).describe("Text of a line that the script prints when it is ready."),
    ready_within: readyWithin.optional().describe(
      "Seconds that kernel and script have to say so; 60 unless told.",
    ),
    memory: z.int().min(32).max(4096).default(128).describe("MiB of its memory."),
    instructions,
  }),
  z.strictObject({
    kind: z.literal("container").describe("A container of the compose lab."),
    image: z.string().optional()
      .describe("Name of its image, for whoever reads the report; ROLE_IMAGE chooses it."),
    ready: z.string().optional().describe(
      "Text of a line of its output that says it is ready; absent, it is at once.",
    ),
    ready_within: readyWithin.optional().describe("Seconds that it has to say so; 15 unless told."),
    instructions,
  }),
  z.strictObject({
    kind: z.literal("interface").describe("A device on a cable from this machine."),
    cables: cables(hostInterface).describe(
      "For each interface of the node that the device plays (list topologies) the interface of this " +
        "machine with the cable to it, or a bridge; null where there is none.",
    ),
    control,
  }),
  z.strictObject({
    kind: z.literal("address").describe(
      "A device that is only reachable, at addresses of its own.",
    ),
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
    kind: z.literal("null").describe("A device that does not do what it should."),
    conduct: z.enum(["mute", "mirror", "flooder", "late_starter", "crasher", "replayer"])
      .describe("What it does in the place of what it should."),
    after: z.int().min(1).max(1_000_000).optional().describe(
      "Of a late_starter the milliseconds for which it is deaf, of a crasher the packet of which it dies.",
    ),
  }),
  z.strictObject({
    kind: z.literal("captures").describe("Captures that were taken elsewhere."),
    taps: z.record(
      z.string(),
      z.strictObject({
        node: z.string().describe("Node where it was taken: a role, such as lns, or lns2."),
        side: z.enum(["wan", "lan"]).describe("Which of its networks it shows."),
      }),
    ).default({}).describe(
      "Capture files, by base name or * pattern, and the taps they stand for.",
    ),
  }),
]);

/**
 * A failure that the suite is known to find in a device. It excuses nothing: the verdicts of a run
 * stand as they are, and its report says which failures are known, which are new, and which known
 * ones it did not see again. `lab/devices/record_findings.ts` writes them.
 */
export const findingSchema = z.strictObject({
  check: z.string().describe("Id of the check that fails."),
  requirements: z.array(z.string()).min(1).describe("Ids of the requirements that it covers."),
  expected: z.string().describe("What should have been."),
  actual: z.string().describe("What was."),
  frames: z.array(z.strictObject({
    capture: z.string().describe("Capture of the run."),
    number: z.int().min(1).describe("Number of the packet in it."),
    octets: z.string().regex(/^([0-9a-f]{2})*(…)?$/).describe(
      "UDP payload in hexadecimal, of other protocols the IP datagram.",
    ),
  })).min(1).describe("The packets that prove it."),
  seen: z.iso.date().describe("Day of the run, YYYY-MM-DD."),
  note: z.string().optional().describe("What a reader must know as well."),
});

/**
 * A device profile: one data file per device. `profile.schema.json` beside this file is generated
 * from here, so that an editor helps whoever writes one.
 */
export const profileSchema = z.strictObject({
  $schema: z.string().optional().describe("Where this schema is, for editors."),
  name: z.string().min(1).describe("How reports call it."),
  vendor: z.string().default("").describe("Who makes it."),
  version: z.string().default("").describe("What exactly was tested: hardware, software, build."),
  roles: z.array(z.string()).min(1)
    .describe("Roles that it plays, such as sender, receiver, lac, lns."),
  classes: z.array(z.string()).default([]).describe(
    "Optional classes and options that it declares: what it does not declare is not asked of it.",
  ),
  attach: attachment.describe("How it is reached."),
  formats: z.record(
    z.string(),
    z.strictObject({
      match: formatMatch.describe("Which packets carry it."),
      fields: z.record(z.string(), fieldFormat).describe("Where each value stands."),
    }),
  ).default({}).describe(
    "Private wire formats: for each kind of packet a match and its fields. opaque is what a stateless " +
      "tunnel has between both IP headers: field opaque says how long it is, flow_id where its flow id " +
      "stands.",
  ),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({})
    .describe("Thresholds, timers, tolerances."),
  trace: z.strictObject({
    kind: z.enum(["jsonl", "none"])
      .describe(
        "jsonl: files NODE*.jsonl of events in the evidence directory; none: there is no trace.",
      ),
  }).default({ kind: "none" })
    .describe("How its internal facts can be read."),
  exceptions: z.array(z.strictObject({
    requirement: z.string().describe("Id of the requirement, as list requirements shows it."),
    reason: z.string().regex(/\S/, "must say why").describe("Why it may fail for now."),
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
