/** The lab's side of the guardian (`guardian.ts`): asks for interfaces, and gives them back. */
import { textLines } from "../../peer_host/lines.ts";
import { GUARDIAN } from "./guard.ts";
import type { Answer, Order } from "./guardian.ts";

/** Milliseconds that a control command of the operator's has. */
const PATIENCE = 60_000;

/** A connection to the guardian; when it ends, however that happens, all that it took goes back. */
export class Lender {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(readonly connection: Deno.Conn) {
    this.#writer = connection.writable.getWriter();
    const text = connection.readable.pipeThrough(new TextDecoderStream());
    this.#reader = text.pipeThrough(textLines()).getReader();
  }

  /** @throws {Error} Where no guardian was started. */
  static async connect(): Promise<Lender> {
    const path = Deno.env.get(GUARDIAN);
    if (path === undefined) throw new Error("nothing lends what this machine has to this lab");
    return new Lender(await Deno.connect({ transport: "unix", path }));
  }

  /** Brings an interface of the machine to a node. */
  async take(name: string, node: string, as: string): Promise<void> {
    const namespace = Deno.readLinkSync("/proc/self/ns/net");
    await this.#ask({ take: { interface: name, namespace, node, as } });
  }

  /** Brings it back. */
  async give(name: string): Promise<void> {
    await this.#ask({ give: name });
  }

  /** Runs a command of the operator's in the machine's own network. @param input Its settings file. */
  async control(command: readonly string[], input: string): Promise<void> {
    await this.#ask({ control: { command, input, timeout: PATIENCE } });
  }

  /**
   * Runs a command as root of the machine in the network namespace of a node.
   * @param input Its settings file.
   */
  async asRoot(command: readonly string[], input: string, node: string): Promise<void> {
    const namespace = Deno.readLinkSync("/proc/self/ns/net");
    await this.#ask({ control: { command, input, timeout: PATIENCE }, at: { namespace, node } });
  }

  close(): void {
    try {
      this.connection.close();
    } catch {
      // The guardian has closed it.
    }
  }

  #ask(order: Order): Promise<void> {
    const answer = this.#last.then(async () => {
      await this.#writer.write(new TextEncoder().encode(JSON.stringify(order) + "\n"));
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("what lends interfaces to this lab has ended");
      const { failed } = JSON.parse(value) as Answer;
      if (failed !== undefined) throw new Error(failed);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }
}
