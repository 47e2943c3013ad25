/**
 * A control connection as reliable delivery has it (RFC 2661 §5.8): what each message is in the order
 * of its end, whichever way it came past the tap. One model, on which all judgements of order rest.
 */
import { appended } from "../../kit/appended.ts";
import type { ConnectionEnd, ControlConnection } from "./control_connection.ts";
import { Attribute, avpOf, type ControlMessage, number16 } from "./message.ts";

/** Window of a peer that tells none (§4.4.3). */
const DEFAULT_WINDOW = 4;

/** T, L, S, O and the version of a header, and what a control message has there. */
const HEADER_BITS = 0xca0f, CONTROL = 0xc802;

/** Whether a message has a header by which reliable delivery can go: others are to be discarded. */
export function isInOrder({ word, whole }: ControlMessage): boolean {
  return whole && (word & HEADER_BITS) === CONTROL;
}

/** A message in its place. */
export interface Passage {
  message: ControlMessage;
  end: ConnectionEnd;
  /** Its number in the order of its end, which never wraps; that of the next for a zero-length body. */
  number: number;
  /** The message that it repeats; undefined for the first of its number, and without a body. */
  repeats?: ControlMessage;
  /** How many messages of its peer it acknowledges, as a number that never wraps. */
  acknowledges: number;
}

/** What is known of one end's numbers. */
class EndNumbers {
  /** The next number; -1 before any. */
  next = -1;
  /** All numbers below it were captured, where the beginning was. */
  known = 0;
  /** The first message of each number, from `#from` on without a gap. */
  #run: ControlMessage[] = [];
  #from = 0;
  /** Those of other numbers: few connections have any. */
  #others?: Map<number, ControlMessage>;

  /** The number of a message with this Ns. */
  place(ns: number): number {
    if (this.next < 0) return ns;
    return this.next + ((ns - this.next) << 16 >> 16);
  }

  /** The first message of a number. */
  firstOf(number: number): ControlMessage | undefined {
    return this.#run[number - this.#from] ?? this.#others?.get(number);
  }

  /** Takes the first message of a number. */
  take(number: number, message: ControlMessage): void {
    if (this.#run.length === 0) this.#from = number;
    if (number === this.#from + this.#run.length) this.#run = appended(this.#run, message);
    else (this.#others ??= new Map()).set(number, message);
    this.next = Math.max(this.next, number + 1);
    while (this.firstOf(this.known) !== undefined) this.known++;
  }
}

/** The messages of one connection, in the order in which they passed. */
export class History {
  readonly passages: readonly Passage[];
  /** What was worked out of it, once for all that ask. */
  derived?: object;
  readonly #ends: readonly [ConnectionEnd, ConnectionEnd];
  readonly #numbers: readonly [EndNumbers, EndNumbers] = [new EndNumbers(), new EndNumbers()];

  /** The history of a connection, made once for all that ask. */
  static of(connection: ControlConnection): History {
    return (connection.derived ??= new History(connection)) as History;
  }

  private constructor({ ends }: ControlConnection) {
    const passages: Passage[] = [];
    this.#ends = ends;
    let [i, k] = [0, 0];
    const [{ messages: ours }, { messages: theirs }] = ends;
    while (i < ours.length || k < theirs.length) {
      const first = k >= theirs.length ||
        i < ours.length && ours[i].order <= theirs[k].order;
      const message = first ? ours[i++] : theirs[k++];
      if (isInOrder(message)) passages.push(this.#passage(first ? 0 : 1, message));
    }
    this.passages = passages.slice();
  }

  #passage(side: 0 | 1, message: ControlMessage): Passage {
    const own = this.#numbers[side], peer = this.#numbers[1 - side], end = this.#ends[side];
    const number = own.place(message.ns), acknowledges = peer.place(message.nr);
    if (message.type === 0) return { message, end, number, acknowledges };
    const repeats = own.firstOf(number);
    if (repeats === undefined) own.take(number, message);
    return repeats === undefined
      ? { message, end, number, acknowledges }
      : { message, end, number, acknowledges, repeats };
  }

  #numbersOf(end: ConnectionEnd): EndNumbers | undefined {
    const side = this.#ends.indexOf(end);
    return side < 0 ? undefined : this.#numbers[side];
  }

  /** The first message of an end with this number, where it was captured. */
  messageOf(end: ConnectionEnd, number: number): ControlMessage | undefined {
    return this.#numbersOf(end)?.firstOf(number);
  }

  /** Whether everything that an end sent, up to what was seen last, was captured. */
  isWhole(end: ConnectionEnd): boolean {
    const numbers = this.#numbersOf(end);
    return end.begun && numbers !== undefined && numbers.known >= numbers.next;
  }

  /** Whether every message of an end below a number was captured, so that nothing else was sent. */
  knowsAll(end: ConnectionEnd, below: number): boolean {
    return end.begun && (this.#numbersOf(end)?.known ?? 0) >= below;
  }
}

/** Window that an end offers; -1 where that is not known. */
export function windowOf(end: ConnectionEnd): number {
  const opening = end.messages.find(({ type }) => type === 1 || type === 2);
  if (opening === undefined || !end.begun) return -1;
  if (avpOf(opening, Attribute.window) === undefined) return DEFAULT_WINDOW;
  const size = number16(opening, Attribute.window);
  return size > 0 ? size : -1;
}
