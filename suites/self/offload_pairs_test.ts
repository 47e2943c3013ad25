/** Whether captures of both sides of a wrong card, alone, show what is wrong with it. */
import assert from "node:assert/strict";
import { readCapture } from "../../captures/file/read.ts";
import type { Frame } from "../../captures/frame.ts";
import { LINK_TYPE } from "../../captures/link.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { profilesOf, ReferencePlays } from "../../lab/reference_plays.ts";
import { scenariosFor } from "../../lab/mutation.ts";
import { variantProfile } from "../../lab/devices/reference.ts";
import { MEMORY, temporaryFolder } from "../../lab/temporary.ts";
import { MemoryWorld } from "../../lab/worlds/memory/world.ts";
import type { Evidence } from "../kit/evidence.ts";
import { Bound } from "../kit/bounds.ts";
import type { Mutant } from "../kit/mutant.ts";
import type { Scenario } from "../kit/scenario.ts";
import { declarationOf } from "../offload/facts/pairs.ts";
import { type Way, Ways } from "../offload/facts/ways.ts";
import { brokenText, frameOf, segment } from "../offload/pairing/_testing/packets.ts";
import { PairJudge } from "../offload/pairing/pair_judge.ts";
import { OFFLOAD } from "../offload/suite.ts";

/** Cards that two captures cannot show to be wrong, each with the reason. */
const UNSHOWN: Readonly<Record<string, string>> = {
  "offload/nic/always_1500": "segments that are smaller than they could be are legal",
  "offload/nic/doubles_what_is_evicted":
    "it doubles nearly all that leaves, as a port does that shows every frame twice",
  "offload/nic/holds_four_times_as_long": "two captures have two clocks",
  "offload/nic/tunnel_held_too_long": "two captures have two clocks",
  "offload/nic/keeps_the_old_preset": "captures do not show when presets were pushed",
  "offload/nic/never_off": "captures do not show that the card was told to segment nothing",
};

const WAYS: Readonly<Record<Way, "segmentation" | "coalescing">> = {
  send: "segmentation",
  receive: "coalescing",
};

/** Seconds before and behind what a scenario sends at which both captures show another flow. */
const AROUND = 5;

/** A frame of another flow, which a card passes on as it is: captures of use do not begin with a fault. */
function bystander(seconds: number, sequence: number): Frame {
  const bytes = frameOf(segment({ sequence, sourcePort: 9, destinationPort: 9 }));
  return {
    ...{ number: 1_000_000 + sequence, bytes, view: new DataView(bytes.buffer), seconds },
    ...{ start: 0, end: bytes.length, originalLength: bytes.length, interfaceId: 0 },
    ...{ nanoseconds: 0, linkType: LINK_TYPE.ETHERNET },
  };
}

/** What the captures of a lab show of its card, each way judged as two captures that came alone. */
async function foundAlone(evidence: Evidence): Promise<string> {
  const [node] = Object.keys(evidence.nodes).filter((node) => evidence.nodes[node].role === "nic");
  if (node === undefined) return "";
  const ways = new Ways(evidence), texts: string[] = [];
  for (const way of ["send", "receive"] as const) {
    const bounds = { packets: new Bound("packets", 1 << 20), flows: new Bound("flows", 1 << 16) };
    const judge = new PairJudge(declarationOf(evidence, node, WAYS[way], true), bounds);
    for (const tap of evidence.taps) {
      const walker = new HeaderWalker(), side = Ways.isEntry(way, tap) ? "came" : "left";
      const take = (frame: Frame) => {
        walker.walk(frame);
        judge[side](frame, walker, tap.name);
      };
      let first = NaN, last = NaN;
      await readCapture(`${evidence.directory}/${tap.file}`, (frame) => {
        if (Number.isNaN(first)) take(bystander((first = frame.seconds) - AROUND, 1));
        last = frame.seconds;
        if (ways.of(frame, tap) === way) take(frame);
      });
      if (!Number.isNaN(last)) take(bystander(last + AROUND, 2));
    }
    texts.push(...judge.judgeAll().map(brokenText));
  }
  return texts.join("\n").trim();
}

/** Plays scenarios with a wrong card until captures alone show it. */
class Plays {
  readonly #world = new MemoryWorld();
  readonly #references = new ReferencePlays();

  constructor(readonly directory: string) {}

  async found(card: Mutant, scenarios: readonly Scenario[]): Promise<string> {
    const profile = variantProfile(OFFLOAD, card);
    const scopes = [{ classes: profile.classes, roles: [card.role] }];
    const setting = { world: this.#world, seed: 1, directory: this.directory };
    for (const scenario of scenarios) {
      const options = { ...setting, scopes, rules: card.rules };
      const isRight = Object.keys(card.rules).length === 0;
      const play = isRight
        ? undefined
        : await this.#references.of(OFFLOAD, card.role, scenario, options);
      if (play?.use.isIndifferentTo(card.rules)) continue;
      const record = await this.#world.run({
        ...{ suite: OFFLOAD, scenario, profiles: profilesOf(profile, card.role, scenario) },
        ...setting,
      });
      const found = await foundAlone({ ...record, directory: this.directory });
      if (found !== "") return found;
    }
    return "";
  }
}

async function withPlays(body: (plays: Plays) => Promise<void>): Promise<void> {
  const directory = await temporaryFolder("pairs", MEMORY);
  try {
    await body(new Plays(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("the passive judge finds nothing in the capture pairs of a right card", async () => {
  await withPlays(async (plays) => {
    const card = { id: "offload/nic/right", title: "", violates: "", role: "nic", rules: {} };
    for (const scenario of OFFLOAD.scenarios) {
      assert.equal(await plays.found(card, [scenario]), "", scenario.id);
    }
  });
});

Deno.test("the passive judge finds the planted fault in each mutant's capture pair", async () => {
  await withPlays(async (plays) => {
    const unfound: string[] = [];
    for (const mutant of OFFLOAD.mutants) {
      if (mutant.role !== "nic" || OFFLOAD.requirements[mutant.violates].level !== "MUST") continue;
      const { owed } = scenariosFor(OFFLOAD, mutant);
      if (await plays.found(mutant, owed) === "") unfound.push(mutant.id);
    }
    assert.deepEqual(unfound.sort(), Object.keys(UNSHOWN).sort());
  });
});
