import {
  closeDescriptor,
  readDescriptor,
  WakeupFd,
  writeDescriptor,
} from "../../kernel/descriptor.ts";
import { Poller } from "../../kernel/poll.ts";
import { inNamespace } from "../../kernel/thread.ts";
import { openTun } from "../../kernel/tun.ts";
import type { AddressTranslation } from "./translate.ts";

/** Octets of the largest datagram. */
const LARGEST = 65_536;

/** Translates all that a node's kernel routes into a TUN device, and gives it back to the kernel. */
export class Translator {
  readonly #wakeup = new WakeupFd();
  readonly #done: Promise<void>;
  #stopped = false;

  /** @param fd A TUN device. */
  constructor(readonly fd: number, readonly translation: AddressTranslation) {
    this.#done = this.#run();
  }

  /** Opens the device of that name in a namespace and begins. */
  static start(namespace: string, name: string, translation: AddressTranslation): Translator {
    return new Translator(inNamespace(namespace, () => openTun(name)), translation);
  }

  async #run(): Promise<void> {
    const poller = new Poller([this.#wakeup.fd, this.fd]), buffer = new Uint8Array(LARGEST);
    while (!this.#stopped) {
      for (let n = readDescriptor(this.fd, buffer); n > 0; n = readDescriptor(this.fd, buffer)) {
        const datagram = buffer.subarray(0, n);
        this.translation.translate(datagram);
        writeDescriptor(this.fd, datagram);
      }
      await poller.waitAsync(Infinity);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeup.wake();
    await this.#done;
    closeDescriptor(this.fd);
    this.#wakeup.close();
  }
}
