/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/** Plots as SVG, made where the report is made: they need no script and print as they are. */
import type { Bars, Drawing, Lanes, Lines } from "../../kit/figure.ts";
import { shorten } from "../shorten.ts";
import { duration, quantity, quantityTicks, type Tick, timeTicks } from "./axis.ts";

/** User units; the page scales the picture. */
const WIDTH = 680;
const RIGHT = 60;
/** What is drawn at most, whatever a suite hands over. */
const MOST_BARS = 40, MOST_LANES = 32, MOST_SPANS = 400, MOST_SERIES = 8, MOST_POINTS = 1000;
const COLOURS = 8;

/** A plot with its title. */
export function PlotView({ title, drawing }: { title: string; drawing: Drawing }) {
  const { plot, note } = drawing;
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div class="scroll" tabIndex={0} role="group" aria-label={title}>
        {plot.kind === "bars"
          ? <BarsView plot={plot} title={title} />
          : plot.kind === "lines"
          ? <LinesView plot={plot} title={title} />
          : <LanesView plot={plot} title={title} />}
      </div>
      {note === undefined ? null : <p class="quiet">{note}</p>}
    </figure>
  );
}

function BarsView({ plot, title }: { plot: Bars; title: string }) {
  const bars = plot.bars.slice(0, MOST_BARS);
  const left = 210, row = 22, height = bars.length * row + 8;
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const total = plot.bars.reduce((sum, { value }) => sum + value, 0);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
      {bars.map(({ label, value }, i) => (
        <g key={i} transform={`translate(0 ${i * row + 4})`}>
          <text x={left - 8} y="15" text-anchor="end">{shorten(label, 30)}</text>
          <rect class="c0" x={left} y="3" height={row - 6} width={num(value / most * 300)} />
          <text x={num(left + 6 + value / most * 300)} y="15">
            {quantity(value)} {plot.unit}
            {total > 0 ? ` (${(value / total * 100).toFixed(1)} %)` : ""}
          </text>
        </g>
      ))}
    </svg>
  );
}

function LinesView({ plot, title }: { plot: Lines; title: string }) {
  const series = plot.series.slice(0, MOST_SERIES);
  const left = 64, top = 22, high = 170, wide = WIDTH - left - RIGHT;
  const points = series.flatMap((line) => line.points);
  const lastX = Math.max(...points.map(([x]) => x), 1e-9);
  const lastY = Math.max(...points.map(([, y]) => y), 1e-9);
  const x = (value: number) => left + value / lastX * wide;
  const y = (value: number) => top + high - value / lastY * high;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${top + high + 52}`} role="img" aria-label={title}>
      <TimeAxis ticks={timeTicks(lastX)} x={x} top={top} bottom={top + high} />
      {quantityTicks(lastY).map(({ value, label }) => (
        <g key={value}>
          <line class="grid" x1={left} x2={left + wide} y1={num(y(value))} y2={num(y(value))} />
          <text x={left - 6} y={num(y(value) + 4)} text-anchor="end">{label}</text>
        </g>
      ))}
      <text class="quiet" x="8" y="12">{plot.unit}</text>
      {series.map((line, i) => (
        <g key={i} class={`s${i % COLOURS}`}>
          <polyline
            points={line.points.slice(0, MOST_POINTS)
              .map(([a, b]) => `${num(x(a))},${num(y(b))}`).join(" ")}
          />
          <line
            x1={left + i * 100}
            x2={left + i * 100 + 24}
            y1={top + high + 40}
            y2={top + high + 40}
          />
          <text x={left + i * 100 + 30} y={top + high + 44}>{shorten(line.label, 11)}</text>
        </g>
      ))}
    </svg>
  );
}

function LanesView({ plot, title }: { plot: Lanes; title: string }) {
  const lanes = plot.lanes.slice(0, MOST_LANES);
  const left = 250, top = 4, row = 20, bottom = top + lanes.length * row;
  const wide = WIDTH - left - RIGHT;
  const values = [...new Set(plot.lanes.flatMap(({ spans }) => spans.map(({ value }) => value)))];
  values.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const last = Math.max(...lanes.flatMap(({ spans }) => spans.map(({ to }) => to)), 1e-9);
  const x = (value: number) => left + value / last * wide;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${bottom + 26}`} role="img" aria-label={title}>
      <TimeAxis ticks={timeTicks(last)} x={x} top={top} bottom={bottom} />
      {lanes.map(({ label, spans }, i) => (
        <g key={i} transform={`translate(0 ${top + i * row})`}>
          <text x={left - 8} y="14" text-anchor="end">{shorten(label, 38)}</text>
          {spans.slice(0, MOST_SPANS).map(({ from, to, value }) => {
            const width = Math.max(2, x(to) - x(from));
            return (
              <g key={from} class={`c${values.indexOf(value) % COLOURS}`}>
                <rect x={num(x(from))} y="2" width={num(width)} height={row - 4}>
                  <title>
                    {`${plot.unit} ${value}, ${duration(from, last)} to ${duration(to, last)}`}
                  </title>
                </rect>
                {width < 14 ? null : (
                  <text class="within" x={num(x(from) + 4)} y="14">
                    {shorten(width > 60 ? `${plot.unit} ${value}` : value, 12)}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}

interface AxisProps {
  ticks: Tick[];
  x: (value: number) => number;
  top: number;
  bottom: number;
}

function TimeAxis({ ticks, x, top, bottom }: AxisProps) {
  return (
    <g>
      {ticks.map(({ value, label }) => (
        <g key={value}>
          <line class="grid" x1={num(x(value))} x2={num(x(value))} y1={top} y2={bottom} />
          <text x={num(x(value))} y={bottom + 16} text-anchor="middle">{label}</text>
        </g>
      ))}
    </g>
  );
}

/** A coordinate: a tenth of a unit is finer than any screen. */
function num(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;
}
