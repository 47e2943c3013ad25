import assert from "node:assert/strict";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import type { LanFacts, LanFlow } from "../facts/lan.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { carriedBy, delivered } from "./delivery.ts";

const FRAME = { capture: "lan-s", number: 3 };
const setup = (role: string) => ({ role, config: {}, profile: testProfile() });
const evidence = testEvidence("", 0, {
  nodes: { left: setup("sender"), right: setup("receiver") },
});

const flow = (more: Partial<LanFlow> = {}): LanFlow => ({
  ...{ flow: "17 a > b", protocol: 17, ipVersion: 4, from: "left", to: "right" },
  ...{ sent: 2, delivered: 2, sentSum: 5, deliveredSum: 5, alien: 0, firstSent: FRAME },
  ...more,
});

function facts(flows: LanFlow[], more: Partial<WanDirection> = {}) {
  const lan: LanFacts = { flows, missing: () => undefined, arrivals: new Map() };
  const sent = {
    ...{ packets: 2, sessions: [{}], unreadable: 0, arrivedAt: new Map([["right", 2]]), ...more },
  } as unknown as WanDirection;
  const wan: WanFacts = { directions: [sent], of: (role) => role === "sender" ? [sent] : [] };
  return { lan, wan };
}

Deno.test("a datagram that is lost or altered fails, at the frame where it went in", () => {
  const { lan } = facts([]);
  assert.equal(delivered({ lan, flows: [flow()] }).verdict, "pass");
  const lost = delivered({ lan, flows: [flow(), flow({ delivered: 1 })] });
  assert.ok(lost.verdict === "fail");
  assert.deepEqual([lost.actual, lost.frames], ["1 do", [FRAME]]);
  const altered = delivered({ lan, flows: [flow({ deliveredSum: 6 })] });
  assert.ok(altered.verdict === "fail" && altered.actual === "octets differ");
});

Deno.test("delivery is judged of what was taken in, arrived, and can be opened", () => {
  const why = (...given: Parameters<typeof facts>) => {
    const carried = carriedBy(facts(...given), evidence);
    return "reason" in carried ? carried.reason : "judged";
  };
  assert.equal(why([flow()]), "judged");
  assert.match(why([]), /no datagram from the sender's LAN/);
  assert.match(why([flow({ from: "right" })]), /no datagram from the sender's LAN/);
  assert.match(why([flow()], { packets: 3 }), /2 of 3 packets of the sender arrived/);
  assert.match(why([flow()], { unreadable: 1 }), /1 packets of the sender cannot be opened/);
  assert.match(why([flow()], { packets: 0 }), /no encapsulation packet/);
});
