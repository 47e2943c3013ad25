/** Runs the command by which an operator configures a device that is elsewhere. */
import { escapeControls } from "../../../captures/escape.ts";
import { temporaryFolder } from "../../temporary.ts";

/** Milliseconds that it has to end once it is asked to, and in which what it said last is read. */
const GRACE = 1000, LAST_WORDS = 200;
/** Octets of its standard error that are kept, and characters that are told. */
const KEPT = 4096, TOLD = 500;

/** A command, and what it is told. */
export interface ControlOrder {
  command: readonly string[];
  /** What its settings file holds. */
  input: string;
  /** Milliseconds that it has. */
  timeout: number;
}

/**
 * Runs a control command to its end. What it leaves running, such as the device itself, is its own.
 * @param abort Ends it with all that it has started.
 * @throws {Error} When it fails, or does not end in time, with what it said last.
 */
export async function runControl(
  { command: [program, ...args], input, timeout }: ControlOrder,
  abort: AbortSignal,
): Promise<void> {
  const folder = await temporaryFolder("control");
  try {
    await Deno.writeTextFile(`${folder}/settings.sh`, input);
    const { PATH = "", HOME = "" } = Deno.env.toObject();
    const child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: { PATH, HOME, PLUMBLINE_SETTINGS: `${folder}/settings.sh` },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      // A group of its own, so that what it starts ends with it when it has to.
      detached: true,
    }).spawn();
    const limit = AbortSignal.any([abort, AbortSignal.timeout(timeout)]);
    const ending = endsWhen(limit, child);
    const complaint = lastWords(child.stderr);
    const { code, signal } = await child.status;
    ending.cancel();
    const said = await complaint.after(LAST_WORDS);
    if (limit.aborted) throw new Error(`${program} did not end within ${timeout} ms${said}`);
    if (code === 0) return;
    throw new Error(`${program} ended with ${signal ?? `exit status ${code}`}${said}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Ends a command's group when a signal says so, at last by force. */
function endsWhen(limit: AbortSignal, { pid }: Deno.ChildProcess): { cancel(): void } {
  const send = (signal: Deno.Signal) => {
    try {
      Deno.kill(-pid, signal);
    } catch {
      // Gone already.
    }
  };
  let timer: number | undefined;
  const end = () => {
    send("SIGTERM");
    timer = setTimeout(() => send("SIGKILL"), GRACE) as unknown as number;
  };
  if (limit.aborted) end();
  else limit.addEventListener("abort", end, { once: true });
  return {
    cancel() {
      clearTimeout(timer);
      limit.removeEventListener("abort", end);
      if (limit.aborted) send("SIGKILL");
    },
  };
}

/** Reads what a command says, which may be without end, and keeps the last of it. */
function lastWords(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  let kept = new Uint8Array();
  const done = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const all = new Uint8Array([...kept.subarray(-KEPT), ...value.subarray(-KEPT)]);
      kept = all.subarray(-KEPT);
    }
  })().catch(() => {});
  return {
    /** The last of it as the end of a sentence, once the stream or so many milliseconds have ended. */
    async after(milliseconds: number): Promise<string> {
      // What it has started, such as a device, may hold the stream open: it is read on, as who writes to
      // a stream that nobody reads is ended.
      let timer: number | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, milliseconds) as unknown as number;
      });
      await Promise.race([done, late]);
      clearTimeout(timer);
      const text = escapeControls(new TextDecoder().decode(kept).trim().slice(-TOLD))
        .toWellFormed();
      return text === "" ? "" : `: ${text}`;
    },
  };
}
