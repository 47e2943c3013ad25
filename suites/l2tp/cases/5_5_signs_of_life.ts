/** RFC 2661 §5.5, §6.5: data shows that a peer lives, so that no HELLO is due. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { lcp, talk, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit } from "../../kit/lateness.ts";
import { fail, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { HELLO, CDN, StopCCN } = MessageType;
/** Milliseconds of silence that a device is asked to take for the time of a HELLO. */
const INTERVAL = 3000;
/** Data messages of the tester, and milliseconds between two. */
const MESSAGES = [2, 3, 4, 5, 6, 7, 8, 9], SPACING = 1000;
/** Part of the interval by which a HELLO may come early. */
const EARLY = 0.05;

const PARTS: readonly Part[] = both(({ tunnel, call }) => ({
  name: "keepalive/data_shows_life",
  title: "No HELLO is sent as long as data comes from the peer",
  covers: ["L2TP-071"],
  needs: ["keepalive"],
  config: { hello: INTERVAL },
  steps: [
    ...tunnel("a"),
    ...call("a", "a1"),
    ...talk("a", "a1", 1),
    ...MESSAGES.flatMap((identifier) => [wait(SPACING), lcp("a", "a1", identifier)]),
  ],
  stimulus(c) {
    const interval = c.parameter("hello_interval", INTERVAL);
    const data = c.dataFromTester(), up = c.callUpWith("a", "a1");
    const { tester } = c.tunnel("a");
    if (up === undefined || data.length < 2) {
      return c.needsCall("a", "a1") ?? inconclusive("no data of the tester was captured");
    }
    const ended = [CDN, StopCCN].some((type) =>
      c.sent("a", type).length + c.got("a", type).length > 0
    );
    // What acknowledges the HELLOs of the device is a message as well.
    const arrivals = [...tester, ...data].sort((a, b) => a.time - b.time);
    const times = data.map(({ time }) => time * 1000);
    const isDense = times.slice(1).every((time, i) => time - times[i] < interval * (1 - EARLY));
    const span = times.at(-1)! - times[0];
    return c.needsCall("a", "a1") ??
      (c.setting("hello") !== INTERVAL
        ? inconclusive("the device was not told to send HELLOs")
        : ended || !isDense || span < interval
        ? inconclusive("no data alone came from the tester for as long as a HELLO would take")
        : { interval, arrivals });
  },
  judge(c, { interval, arrivals }) {
    for (const hello of c.got("a", HELLO)) {
      const isAgain = c.got("a", HELLO).some((m) => isAfter(hello, m) && m.ns === hello.ns);
      const last = arrivals.findLast((m) => isAfter(hello, m));
      if (isAgain || last === undefined) continue;
      const after = (hello.time - last.time) * 1000;
      const verdict = judgeLimit(
        interval,
        interval * (1 - EARLY) - after,
        c.tolerance,
        () =>
          fail(
            `no HELLO within ${interval / 1000} s of the tester's last message, data or control`,
            `one after ${(after / 1000).toFixed(1)} s`,
            frameRefs(last, hello),
          ),
      );
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  },
}));

const MUTANTS = [
  ...mutantOfBoth("counts_control_alone", "Lets data put off no HELLO", "L2TP-071", {
    l2tp: { showsLife: (kind) => kind === "control" },
  }),
  ...mutantOfBoth(
    "hello_each_second",
    "Sends a HELLO each second, whatever it is told",
    "L2TP-071",
    {
      l2tp: { helloAfter: (configured) => configured > 0 ? 1000 : 0 },
    },
  ),
];

/** §5.5, what shows that a peer lives. */
export const SIGNS_OF_LIFE = section("§5.5 Keepalive (Hello): signs of life", PARTS, {
  mutants: MUTANTS,
});
