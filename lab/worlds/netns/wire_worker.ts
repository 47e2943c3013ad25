/** The thread that carries frames between the two ends of every emulated wire. */
import { seededRandom } from "../../../captures/random.ts";
import { WakeupFd } from "../../kernel/descriptor.ts";
import { CardPort } from "../../kernel/card_port.ts";
import { Poller } from "../../kernel/poll.ts";
import { DelayLine } from "./delay_line.ts";
import { WireState } from "./wire_memory.ts";
import { Control, type WireStart } from "./wires.ts";

/** Frames taken from one end before the others have their turn. */
const BATCH = 64;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<WireStart>) => void) | null;
  postMessage(report: { ready?: true; stopped?: true; failed?: string }): void;
};

scope.onmessage = ({ data }) => {
  scope.onmessage = null;
  try {
    run(data);
  } catch (error) {
    scope.postMessage({ failed: (error as Error).message });
  }
};

function run({ wires, memory, control: shared, wakeup, seed }: WireStart): void {
  const ports: CardPort[] = [];
  const states: WireState[] = [];
  const lines: DelayLine[] = [];
  wires.forEach(({ ends }, i) => {
    const state = new WireState(memory, i);
    const pair = ends.map((end) => CardPort.open(end));
    pair.forEach((port, side) => {
      const random = seededRandom(seed + i * 2 + side);
      const other = pair[1 - side];
      lines.push(new DelayLine(state, random, (frame) => other.send(frame), state));
      states.push(state);
      ports.push(port);
    });
  });
  const ringing = new WakeupFd(wakeup);
  const poller = new Poller([ringing.fd, ...ports.map(({ fd }) => fd)]);
  const control = new Int32Array(shared);
  scope.postMessage({ ready: true });
  while (Atomics.load(control, Control.stop) === 0) {
    const asked = Atomics.load(control, Control.asked);
    let next = Infinity;
    let busy = false, drained = true;
    lines.forEach((line, i) => {
      for (let n = 0;; n++) {
        const frame = n < BATCH ? ports[i].receive() : undefined;
        if (frame === undefined) {
          drained &&= n < BATCH;
          break;
        }
        busy = true;
        states[i].late(ports[i].waited());
        line.enter(frame, performance.now());
      }
      line.release(performance.now());
      next = Math.min(next, line.next);
    });
    if (drained && Atomics.exchange(control, Control.answered, asked) !== asked) {
      Atomics.notify(control, Control.answered);
    }
    if (busy) continue;
    poller.wait(next - performance.now());
    ringing.clear();
  }
  ports.forEach((port, i) => {
    states[i].lost(port.takeDropped());
    port.close();
  });
  scope.postMessage({ stopped: true });
  self.close();
}
