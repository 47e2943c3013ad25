import assert from "node:assert/strict";
import { avp } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { capturesOf, INITIATOR, judge, l2tp, MASTER, type Shown } from "../_testing/captures.ts";
import { control, sccrq } from "../packets.ts";

const AT_INITIATOR = capturesOf(["initiator wan"]);

Deno.test("an SCCRQ has Tunnel ID 0 in its header and all AVPs", () => {
  const shows = (
    payload: Uint8Array,
  ): Shown[] => [["initiator wan", 0, l2tp(INITIATOR, MASTER, payload)]];
  const named = sccrq(7);
  named[5] = 7;
  for (const name of ["own_tunnel_id", "request_of_rfc_2661"]) {
    assert.equal(judge(`initiator/${name}`, AT_INITIATOR, shows(sccrq(7))).verdict, "pass");
    assert.equal(judge(`initiator/${name}`, AT_INITIATOR, []).verdict, "inconclusive");
  }
  assert.equal(judge("initiator/own_tunnel_id", AT_INITIATOR, shows(named)).verdict, "fail");
  const bare = control(MessageType.SCCRQ, 0, [avp("assignedTunnelId", 7)]);
  assert.equal(judge("initiator/request_of_rfc_2661", AT_INITIATOR, shows(bare)).verdict, "fail");
});
