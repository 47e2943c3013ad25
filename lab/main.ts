/** The command line: `plumbline COMMAND`. */
import { Command, CommanderError } from "commander";
import { escapeControls } from "../captures/escape.ts";
import { isNear } from "../suites/kit/nearest.ts";
import { asUnwritable } from "../suites/engine/system_error.ts";
import { VERSION } from "../suites/engine/version.ts";
import { refuseRepeated } from "./commands/usage.ts";

/** What a file of `commands/` exports. */
interface CommandModule {
  register(program: Command): void;
}

/**
 * The commands, in the order of the help. Each is loaded when it is called: `--help` and a mistyped
 * word should not have to wait for the whole lab.
 */
const COMMANDS = [
  "certify",
  "check",
  "describe",
  "report",
  "compare",
  "merge",
  "key",
  "sign",
  "bundle",
  "verify",
  "interop",
  "bench",
  "mutants",
  "list",
  "device",
  "lab",
  "peer",
  // Behind all that it completes.
  "completion",
] as const;

const GUIDE = `
Exit codes: 0 conformant; 1 a requirement failed; 2 usage, profile or unreadable
input; 3 nothing failed but something required was inconclusive; 4 an error of
Plumbline's own.

Examples:
  plumbline certify                        the reference peers, on a veth lab
  plumbline certify --device box.json      your device against reference peers
  plumbline check wan.pcapng               captures alone
  plumbline describe wan.pcapng            one line per packet
  plumbline list requirements              what is asked, and what judges it
  plumbline device init                    writes a profile of your device`;

/** Runs the command line; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("plumbline")
    .description("Conformance and interoperability tests for tunnelling devices")
    .version(VERSION)
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", GUIDE)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  // What commander says by itself, of which only the help of a group is wanted.
  let said = "";
  const hear = (text: string) => void (said += text);
  try {
    await register(program, args, hear);
    if (args.length === 0) {
      console.error(program.helpInformation() + GUIDE);
      return 2;
    }
    const [first, command] = args, known = program.commands.map((each) => each.name());
    if (first === "help" && command !== undefined && !known.includes(command)) {
      // As commander says it of a command that is called.
      const [nearest] = [...known].filter((word) => isNear(command, word));
      const meant = nearest === undefined ? "" : ` (Did you mean ${nearest}?)`;
      program.error(`unknown command '${command}'${meant}`);
    }
    await program.parseAsync([...args], { from: "user" });
    return Number(Deno.exitCode);
  } catch (error) {
    if (error instanceof CommanderError && error.code === "commander.help") {
      console.error(said.trimEnd());
      return 2;
    }
    return report(error);
  }
}

/** Registers the command that is asked for, or all of them when none is clearly meant. */
async function register(
  program: Command,
  args: readonly string[],
  hear: (text: string) => void,
): Promise<void> {
  const wanted = COMMANDS.filter((name) => name === args[0] && name !== "completion");
  for (const name of wanted.length > 0 ? wanted : COMMANDS) {
    const module: CommandModule = await import(`./commands/${name}.ts`);
    module.register(program);
  }
  for (const command of program.commands) {
    command.helpOption("-h, --help", "show this help").configureOutput({ writeErr: hear })
      .exitOverride();
    refuseRepeated(command);
  }
}

/** Says what went wrong in one line; gives the exit code that fits. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const text = error.message.replace(/^error: /, "").replace(/\s+/g, " ").trim().replace(
      /\.$/,
      "",
    );
    console.error(`plumbline: ${escapeControls(text)}; --help shows what is possible`);
    return 2;
  }
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const unwritable = asUnwritable(error);
  if (unwritable !== undefined) {
    console.error(`plumbline: ${escapeControls(unwritable.message)}`);
    return 2;
  }
  // Names of files and devices are in there, and these may be anything.
  if (name === "UsageError" || name === "UnreadableInput" || name === "NotACapture") {
    console.error(`plumbline: ${escapeControls(message)}`);
    return 2;
  }
  const line = escapeControls(message.split("\n")[0]);
  console.error(`plumbline: internal error: ${line} (PLUMBLINE_DEBUG=1 shows where)`);
  if (Deno.env.get("PLUMBLINE_DEBUG") === "1") console.error(error);
  return 4;
}

if (import.meta.main) {
  // What fails where nobody waits for it must not look like a requirement that failed, which is 1.
  for (const kind of ["unhandledrejection", "error"] as const) {
    globalThis.addEventListener(kind, (event) => {
      event.preventDefault();
      Deno.exit(report(event instanceof ErrorEvent ? event.error : event.reason));
    });
  }
  Deno.exit(await main(Deno.args));
}
