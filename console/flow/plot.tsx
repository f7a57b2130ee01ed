/** Lines over the last minutes. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../theme.ts";

/** One line of a plot. */
export interface Line {
  readonly title: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

interface PlotProps {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** Times differ by orders of magnitude: each line of the grid is ten times the one below. */
  readonly powers?: readonly number[];
}

const HEIGHT = 180;
/** What the plots show at least, so that the first samples do not fill them. */
const SPAN_SECONDS = 120;

const property = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options({ lines, format, powers }: PlotProps, width: number): uPlot.Options {
  const axis = {
    stroke: property("--soft"),
    font: `12px ${property("--font")}`,
    grid: { stroke: property("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, min, max) => [Math.min(min, max - SPAN_SECONDS), max] },
      y: powers === undefined
        ? { range: (_plot, _min, max) => [0, Math.max(max * 1.15, 0.001)] }
        : { distr: 3, range: () => [powers[0] ?? 1, powers.at(-1) ?? 10] },
    },
    axes: [
      {
        ...axis,
        space: 80,
        values: (_plot, times) =>
          times.map((at) => new Date(at * 1_000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })),
      },
      {
        ...axis,
        size: 62,
        space: 24,
        values: (_plot, values) => values.map(format),
        ...(powers === undefined
          ? {}
          : { splits: () => [...powers], filter: (_plot: uPlot, splits: number[]) => splits }),
      },
    ],
    series: [
      {},
      ...lines.map(({ title, colour }) => ({
        label: title,
        stroke: property(colour),
        width: 2,
        points: { show: false },
      })),
    ],
  };
}

export function Plot(props: PlotProps) {
  const { title, times, lines, format } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(options(props, element.clientWidth), [[], ...lines.map(() => [])], element);
    plot.current = drawn;
    const watching = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    watching.observe(element);
    return () => {
      watching.disconnect();
      drawn.destroy();
    };
  }, [theme.value]);
  useEffect(() => plot.current?.setData([[...times], ...lines.map(({ values }) => [...values])]));
  return (
    <figure class="card plot">
      <figcaption>
        <h2>{title}</h2>
        <ul class="legend">
          {lines.map(({ title, colour, values }) => {
            const last = values.at(-1) ?? null;
            return (
              <li key={title}>
                <i style={{ background: `var(${colour})` }} />
                {title} <strong>{last === null ? "–" : format(last)}</strong>
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}
