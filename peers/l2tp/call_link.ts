import type { ActiveCall, CallPolicy } from "./call_policy.ts";
import type { L2tpContext } from "./context.ts";
import { PppSession } from "./ppp/ppp_session.ts";

/** This end of the PPP link of a call. */
export function linkFor(call: ActiveCall, policy: CallPolicy, context: L2tpContext): PppSession {
  return new PppSession(policy.pppConfig(call), {
    timers: context.timers,
    random: context.random,
    hostName: context.config.hostName,
    send: (header, information, keepalive) => call.sendFrame(header, information, keepalive),
    datagram: (packet) => {
      if (context.forwards("to_lan")) context.send("lan", packet);
    },
    passwordOf: (name) => policy.passwordOf(name),
    addressFor: (user, requested) => policy.addressFor(call, user, requested),
    linkUp: (accm, now) => policy.linkUp(call, accm, now),
    networkUp: (family, local, remote, now) => {
      const user = call.ppp?.user === "" ? {} : { user: call.ppp?.user };
      call.trace("ppp_up", { family, local, remote, ...user });
      policy.networkUp(call, family, local, remote, now);
    },
    networkDown: (family, now) => {
      call.trace("ppp_down", { family });
      policy.networkDown(call, family, now);
    },
    ended: (reason, now) => {
      call.trace("ppp_ended", { reason });
      // A LAC sees its client go; an LNS ends the call for a reason of its own.
      call.close({ result: context.role === "lac" ? 1 : 3 }, now);
    },
  });
}
