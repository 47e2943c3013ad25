/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { checkAnchor, rowAnchor, scenarioAnchor } from "../anchor.ts";
import type { EmbeddedPacket } from "../material.ts";
import { PacketView } from "../packet/packet_view.tsx";
import type { PageContext } from "./context.ts";
import { Verdict } from "./verdict_view.tsx";

/** Every packet that is shown: hidden until its anchor is called for; on paper those that prove. */
export function Packets({ context }: { context: PageContext }) {
  const { material: { packets, scenarios } } = context;
  const inDiagram = scenarios.map(({ diagram }) =>
    (diagram?.rows ?? []).flatMap(({ anchor }) => anchor ?? [])
  );
  const rows = new Set(inDiagram.flat());
  const before = new Map<string, string>(), after = new Map<string, string>();
  for (const anchors of inDiagram) {
    anchors.forEach((anchor, i) => {
      if (i > 0) before.set(anchor, anchors[i - 1]);
      if (i + 1 < anchors.length) after.set(anchor, anchors[i + 1]);
    });
  }
  return (
    <section class="packets" aria-labelledby="packets">
      <h2 id="packets">Packets that prove something</h2>
      {[...packets].map(([anchor, embedded]) => (
        <PacketView
          key={anchor}
          packet={embedded.packet}
          anchor={anchor}
          file={embedded.file}
          cited={embedded.named}
          back={rows.has(anchor) ? rowAnchor(anchor) : scenarioAnchor(embedded.evidence)}
          before={before.get(anchor)}
          after={after.get(anchor)}
        >
          <NamedBy anchor={anchor} embedded={embedded} context={context} />
        </PacketView>
      ))}
    </section>
  );
}

interface NamedByProps {
  anchor: string;
  embedded: EmbeddedPacket;
  context: PageContext;
}

function NamedBy({ anchor, embedded, context }: NamedByProps) {
  if (!embedded.named) return null;
  return (
    <ul class="bare">
      {(context.namedBy.get(anchor) ?? []).map((check, i) => (
        <li key={i}>
          <Verdict word={check.verdict} /> {check.title}: expected {check.expected}, found{" "}
          {check.actual} <a href={`#${checkAnchor(check.id)}`}>{check.id}</a>
        </li>
      ))}
    </ul>
  );
}
