/**
 * Lends interfaces of this machine to a lab, and takes them back whatever becomes of the lab: a program
 * of its own, in a session of its own, outside the lab's namespaces. It holds the namespace in which an
 * interface is, so that the kernel does not do away with both when the lab's processes are killed.
 *
 * `guardian.ts SOCKET` listens at a UNIX socket; each line of a connection is an `Order`, each answer an
 * `Answer`. What a connection took is taken back when it ends; all is when standard input ends.
 */
import { closeDescriptor, openDescriptor } from "../../kernel/descriptor.ts";
import { moveInterface } from "../../kernel/move_interface.ts";
import { inNamespace, presentNamespace } from "../../kernel/thread.ts";
import { textLines } from "../../peer_host/lines.ts";
import { type ControlOrder, runControl } from "./control.ts";
import {
  type InterfaceState,
  ip,
  isBridge,
  linkOf,
  readState,
  restoreState,
  run,
} from "./interface_state.ts";

/** What a lab asks for. */
export interface Order {
  /** Brings an interface, or a port of a bridge, to a node of the lab. */
  take?: {
    interface: string;
    /** Target of the link /proc/self/ns/net of a process of the lab that sees the node. */
    namespace: string;
    node: string;
    /** What the interface is called there. */
    as: string;
  };
  /** Brings an interface back. */
  give?: string;
  /** Runs a command of the operator's in this machine's own network. */
  control?: ControlOrder;
  /** Or at a node of the lab, which is named as in `take`, with mounts of its own. */
  at?: { namespace: string; node: string };
}

/** What it is told. */
export interface Answer {
  done?: true;
  failed?: string;
}

/** An interface that is lent. */
interface Loan {
  interface: string;
  as: string;
  /** Descriptor of the namespace where it is. */
  held: number;
  /** What it was; undefined for a port of a bridge, which was made for the lab. */
  state: InterfaceState | undefined;
}

/** Milliseconds that a process of the lab may be out of its own namespace. */
const PATIENCE = 1000;

/** This machine's own namespace, wherever this thread is at the moment. */
const HOME = `/proc/${Deno.pid}/fd/${presentNamespace()}`;
const heldAt = ({ held }: Loan) => `/proc/${Deno.pid}/fd/${held}`;

/** All loans, by the connection that took them. */
const loans = new Map<object, Loan[]>();
/** What ends when a connection does, of each that is open. */
const connections = new Set<AbortController>();
/** The control commands that run. */
const controls = new Set<Promise<void>>();
let last: Promise<unknown> = Promise.resolve();

/** One thing after another: the network is one. */
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const result = last.then(act);
  last = result.catch(() => {});
  return result;
}

async function take(
  owner: object,
  { interface: name, namespace, node, as }: NonNullable<Order["take"]>,
) {
  const link = await linkOf(name);
  if (link === undefined) {
    throw new Error(`there is no interface ${name} here; another lab may have it`);
  }
  if (link.master !== undefined) {
    throw new Error(`${name} is a port of ${link.master}: name ${link.master} instead`);
  }
  const held = openDescriptor(await pathOf({ namespace, node }));
  const loan: Loan = { interface: name, as, held, state: undefined };
  try {
    if (isBridge(link)) await lendPort(loan);
    else {
      loan.state = await readState(name, link);
      moveInterface(name, heldAt(loan), as);
    }
  } catch (error) {
    closeDescriptor(held);
    throw error;
  }
  loans.set(owner, [...loans.get(owner) ?? [], loan]);
}

/** Makes a port of a bridge, whose other end is in the lab. */
async function lendPort(loan: Loan) {
  const port = `plumb${crypto.randomUUID().slice(0, 6)}`;
  await ip("link", "add", port, "type", "veth", "peer", "name", loan.as, "netns", heldAt(loan));
  try {
    await ip("link", "set", port, "master", loan.interface, "up");
  } catch (error) {
    await ip("link", "delete", port).catch(() => {});
    throw error;
  }
}

async function giveBack(loan: Loan) {
  const there = (...args: string[]) =>
    run("nsenter", [`--net=${heldAt(loan)}`, "--", "ip", ...args]);
  try {
    if (loan.state === undefined) await there("link", "delete", loan.as);
    else {
      const { interface: name, state } = loan;
      inNamespace(heldAt(loan), () => moveInterface(loan.as, HOME, name, state.index));
      await restoreState(state);
    }
  } finally {
    closeDescriptor(loan.held);
  }
}

/** Gives back what an owner has, or one interface of it. */
async function settle(owner: object, only?: string) {
  const own = loans.get(owner) ?? [];
  const done = own.filter((loan) => only === undefined || loan.interface === only);
  loans.set(owner, own.filter((loan) => !done.includes(loan)));
  const problems: string[] = [];
  for (const loan of done) {
    // An interface that has vanished meanwhile cannot come back; the others must.
    await giveBack(loan).catch((error) => problems.push(`${loan.interface}: ${error.message}`));
  }
  if (problems.length > 0) throw new Error(problems.join("; "));
}

/** A process in a namespace, by the namespace's name as /proc has it. */
async function processIn(namespace: string): Promise<number> {
  for (const limit = performance.now() + PATIENCE; performance.now() < limit;) {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        if (Deno.readLinkSync(`/proc/${name}/ns/net`) === namespace) return Number(name);
      } catch {
        // Not ours to see, or gone.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("no process of the lab is to be seen from here");
}

async function obey(owner: object, order: Order, abort: AbortSignal): Promise<Answer> {
  try {
    if (order.take !== undefined) await inTurn(() => take(owner, order.take!));
    if (order.give !== undefined) await inTurn(() => settle(owner, order.give));
    if (order.control !== undefined) await counted(control(order.control, order.at, abort));
    return { done: true };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

/** Runs a control command here, or at a node. */
async function control(order: ControlOrder, at: Order["at"], abort: AbortSignal): Promise<void> {
  if (at === undefined) return await runControl(order, abort);
  const held = openDescriptor(await pathOf(at));
  try {
    const there = ["nsenter", `--net=/proc/${Deno.pid}/fd/${held}`, "--"];
    const command = [...there, "unshare", "--mount", "--propagation", "private", ...order.command];
    await runControl({ ...order, command }, abort);
  } finally {
    closeDescriptor(held);
  }
}

/** Where the namespace of a node of a lab is to be seen from here. */
async function pathOf({ namespace, node }: { namespace: string; node: string }): Promise<string> {
  return `/proc/${await processIn(namespace)}/root/run/netns/${node}`;
}

/** Notes a control command for as long as it runs. */
async function counted(command: Promise<void>): Promise<void> {
  controls.add(command);
  await command.finally(() => controls.delete(command));
}

async function serve(connection: Deno.Conn) {
  const lines = connection.readable.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
  // What runs for a lab ends with it, while it is waited for as well.
  const gone = new AbortController();
  connections.add(gone);
  const writer = connection.writable.getWriter();
  let answered: Promise<unknown> = Promise.resolve();
  try {
    for await (const line of lines) {
      answered = answered.then(() => obey(connection, JSON.parse(line), gone.signal))
        .then((answer) => writer.write(new TextEncoder().encode(JSON.stringify(answer) + "\n")));
      answered.catch(() => {});
    }
  } catch {
    // The lab is gone in the middle of a word.
  }
  gone.abort();
  await answered.catch(() => {});
  await inTurn(() => settle(connection)).catch(complain);
  connections.delete(gone);
}

function complain(error: Error) {
  console.error(`plumbline: Cannot bring an interface back: ${error.message}`);
}

async function end() {
  for (const gone of connections) gone.abort();
  await inTurn(async () => {
    for (const owner of loans.keys()) await settle(owner).catch(complain);
  });
  await Promise.allSettled(controls);
  // Nobody else is left to do it when the lab was killed.
  const socket = Deno.args[0];
  await Deno.remove(socket.slice(0, socket.lastIndexOf("/")), { recursive: true }).catch(() => {});
  Deno.exit(0);
}

if (import.meta.main) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => void end());
  }
  const listener = Deno.listen({ transport: "unix", path: Deno.args[0] });
  console.log("ready");
  void (async () => {
    for await (const connection of listener) void serve(connection);
  })();
  const scrap = new Uint8Array(64);
  while (await Deno.stdin.read(scrap) !== null);
  await end();
}
