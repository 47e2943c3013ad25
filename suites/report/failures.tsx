/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { Facts } from "./facts.tsx";
import type { Report, ReportCheck } from "./model.ts";
import { type Packet, packetKey } from "./packets.ts";
import { shellWord } from "./shell.ts";
import { VERDICT_WORDS } from "./words.ts";

interface Props {
  report: Report;
  packets: ReadonlyMap<string, Packet>;
}

/** What went wrong, gravest first: each failure with the packets that prove it. */
export function Failures({ report, packets }: Props) {
  const all = report.suites.flatMap(({ checks }) => checks);
  const shown = (["error", "fail"] as const).flatMap((word) =>
    all.filter(({ verdict }) => verdict === word)
  );
  const unsure = all.filter(({ verdict }) => verdict === "inconclusive");
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">What went wrong</h2>
      {shown.length + unsure.length === 0 ? <p>Nothing.</p> : null}
      {shown.map((check) => (
        <Failure
          key={`${check.id} ${check.evidence}`}
          check={check}
          report={report}
          packets={packets}
        />
      ))}
      {unsure.length === 0 ? null : <Unsure checks={unsure} />}
    </section>
  );
}

function Failure({ check, report, packets }: Props & { check: ReportCheck }) {
  const { sign, word } = VERDICT_WORDS[check.verdict];
  const frames = check.frames ?? [];
  return (
    <article class={check.verdict}>
      <h3>
        <span class="verdict">{sign} {word}</span> {check.title}
      </h3>
      <p class="quiet">
        <code>{check.id}</code> judges {check.covers.map((id, i) => (
          <>
            {i > 0 ? ", " : ""}
            <a href={`#${id}`}>{id}</a>
          </>
        ))} ({check.level}){check.evidence === "" ? "" : ` on ${check.evidence}`}
      </p>
      {check.reason === undefined ? null : <p>{check.reason}</p>}
      {check.verdict !== "fail"
        ? null
        : <Facts facts={[["Expected", check.expected ?? ""], ["Actual", check.actual ?? ""]]} />}
      {frames.map((frame, i) => (
        <PacketView
          frame={frame}
          packet={packets.get(packetKey(check.evidence, frame.capture, frame.number))}
          file={fileOf(report, check, frame.capture)}
          open={i === 0}
        />
      ))}
    </article>
  );
}

function fileOf(report: Report, check: ReportCheck, capture: string): string {
  const found = report.captures.find((c) => c.evidence === check.evidence && c.name === capture);
  return found?.file ?? capture;
}

interface PacketProps {
  frame: { capture: string; number: number };
  packet: Packet | undefined;
  file: string;
  open: boolean;
}

function PacketView({ frame, packet, file, open }: PacketProps) {
  return (
    <details open={open}>
      <summary>
        Frame {frame.number} of {frame.capture}
        {packet === undefined ? "" : `: ${packet.line}`}
      </summary>
      {packet === undefined
        ? <p class="problem">The capture cannot be read any more, so the packet is not shown.</p>
        : <Dissection packet={packet} />}
      <p class="quiet">The same packet in Wireshark's words:</p>
      <pre><code>{`tshark -V -r ${shellWord(file)} -Y frame.number==${frame.number}`}</code></pre>
    </details>
  );
}

function Dissection({ packet }: { packet: Packet }) {
  return (
    <>
      <p class="quiet">{packet.length} octets on the wire at {packet.time} s</p>
      {packet.layers.map((layer) => (
        <details>
          <summary>
            {layer.name}
            {layer.problem === undefined ? null : <span class="problem">: {layer.problem}</span>}
          </summary>
          <Facts
            facts={layer.fields.map(({ name, value, meaning }) =>
              [name, meaning === undefined ? value : `${value} (${meaning})`] as const
            )}
          />
        </details>
      ))}
      <pre>{packet.hex.join("\n")}</pre>
    </>
  );
}

function Unsure({ checks }: { checks: readonly ReportCheck[] }) {
  const byReason = new Map<string, ReportCheck[]>();
  for (const check of checks) {
    const reason = check.reason ?? "";
    byReason.set(reason, [...byReason.get(reason) ?? [], check]);
  }
  return (
    <>
      {[...byReason].map(([reason, all]) => (
        <article class="inconclusive">
          <h3>
            <span class="verdict">? inconclusive</span> {reason}
          </h3>
          <details open={all.length <= 3}>
            <summary>{all.length} judgements</summary>
            <ul>
              {all.map((check) => (
                <li>
                  {check.title} <code>{check.id}</code>
                  {check.evidence === "" ? "" : ` on ${check.evidence}`}
                </li>
              ))}
            </ul>
          </details>
        </article>
      ))}
    </>
  );
}
