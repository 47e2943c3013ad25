/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { tsharkCommand } from "../shell.ts";
import { Command } from "../page/command.tsx";
import { hexLines } from "./hex.ts";
import type { Packet, PacketField, PacketLayer } from "./packet.ts";

interface Props {
  packet: Packet;
  anchor: string;
  /** Its row in the sequence diagram, or its scenario. */
  back: string;
  /** The capture, as a command line in the run directory names it. */
  file: string;
  /** Which failures name it. */
  children?: ComponentChildren;
  cited: boolean;
  /** Anchors of the neighbours in the sequence diagram. */
  before?: string;
  after?: string;
}

/**
 * A packet as a panel that its anchor opens: dissection beside hex dump. `data-o` says which octets
 * a line stands for, so that the script can show them in the dump.
 */
export function PacketView(props: Props) {
  const { packet, anchor, back, file, children, cited, before, after } = props;
  const { capture, number, time, length, line, layers, octets } = packet;
  return (
    <article
      class={cited ? "packet cited" : "packet"}
      id={anchor}
      tabIndex={-1}
      aria-label={`Frame ${number} of ${capture}`}
    >
      <header>
        <nav aria-label="Packets">
          {before === undefined
            ? null
            : <a rel="prev" href={`#${before}`} aria-label="The packet before">←</a>}
          {after === undefined
            ? null
            : <a rel="next" href={`#${after}`} aria-label="The packet after">→</a>}
          <a class="close" href={`#${back}`} aria-label="Close this packet">✕</a>
        </nav>
        <h3>Frame {number} of {capture}</h3>
        <p class="quiet">{length} octets on the wire at {time}</p>
        <p class="line">{line}</p>
        {children}
        <p class="diagramlink">
          <a href={`#${back}`}>Where it stands in its scenario</a>
        </p>
      </header>
      <div class="dissection">
        <div class="tree" role="group" aria-label="Dissection">
          {layers.map((layer) => <LayerView key={layer.start} layer={layer} />)}
        </div>
        <div class="octets">
          <pre class="hex" tabIndex={0} aria-label="Octets">{hexLines(octets).join("\n")}</pre>
          {octets.length < length
            ? <p class="quiet">The first {octets.length} of {length} octets.</p>
            : null}
        </div>
      </div>
      <Command label="The same packet in tshark's words" text={tsharkCommand(file, [number])} />
    </article>
  );
}

/** The name of a header as its specification writes it: `IPv4`, `UDP`, `core identity`. */
function layerTitle(name: string): string {
  const ip = /^ip(v[46])/.exec(name);
  if (ip !== null) return `IP${ip[1]}${name.slice(4).replaceAll("_", " ")}`;
  return name.length <= 5 ? name.toUpperCase() : name.replaceAll("_", " ");
}

function LayerView({ layer }: { layer: PacketLayer }) {
  const { name, start, end, summary, problem, fields } = layer;
  return (
    <details open>
      <summary data-o={`${start}-${end}`}>
        <b>{layerTitle(name)}</b>
        {summary === "" ? "" : `: ${summary}`}
        {problem === undefined ? null : <span class="problem">✗ {problem}</span>}
      </summary>
      <ul>{fields.map((field) => <FieldView key={field.name} field={field} />)}</ul>
    </details>
  );
}

function FieldView({ field: { name, value, meaning, start, end } }: { field: PacketField }) {
  return (
    <li data-o={`${start}-${end}`}>
      <i>{name}:</i> {value}
      {meaning === undefined ? "" : ` (${meaning})`}
    </li>
  );
}
