import { useEffect, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { MinuteView } from '../../server/contract/views.ts';
import { clockText, hourText } from './words.ts';

const HEIGHT = 104;

/** Messages of each minute of the last hour. What it shows is said in words as well, by `hourText`. */
export function HourChart({ minutes }: { readonly minutes: readonly MinuteView[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useColourScheme();
  const latest = useRef(minutes);
  latest.current = minutes;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas has to be drawn anew in other colours
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = new uPlot(options(element), columns(latest.current), element);
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [scheme]);

  useEffect(() => plot.current?.setData(columns(minutes)), [minutes]);

  return <div ref={place} className="chart" role="img" aria-label={hourText(minutes)} />;
}

function columns(minutes: readonly MinuteView[]): uPlot.AlignedData {
  return [
    minutes.map(({ at }) => at.getTime() / 1000),
    minutes.map(({ received }) => received),
    minutes.map(({ sent }) => sent),
  ];
}

function options(element: HTMLElement): uPlot.Options {
  const colour = (name: string) => resolved(element, name);
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: colour('--muted'), font, ticks: { show: false } };
  const grid = { stroke: colour('--line-soft'), width: 1 };
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const paths = steps ? { paths: steps } : {};
  const line = { width: 1.5, points: { show: false }, ...paths };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(4, Math.ceil(most * 1.1))] } },
    axes: [
      {
        ...axis,
        size: 20,
        gap: 3,
        grid: { show: false },
        space: 70,
        values: timeLabels,
      },
      { ...axis, size: 30, gap: 4, grid, space: 26, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] },
    ],
    series: [
      {},
      { ...line, stroke: colour('--received'), fill: colour('--received-soft') },
      { ...line, stroke: colour('--sent') },
    ],
  };
}

/** Times below the axis, but none so far left that it would run into the numbers. */
function timeLabels(chart: uPlot, seconds: number[]): string[] {
  const from = (chart.scales.x?.min ?? 0) + 150;
  return seconds.map((second) => (second < from ? '' : clockText(new Date(second * 1000))));
}

/** A colour of the window as a canvas understands it: custom properties are only resolved where they are used. */
function resolved(element: HTMLElement, name: string): string {
  const probe = element.appendChild(document.createElement('span'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const QUERIES = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];

/** Changes whenever the system's colours do. */
function useColourScheme(): string {
  return useSyncExternalStore(
    (changed) => {
      const lists = QUERIES.map((query) => matchMedia(query));
      for (const list of lists) list.addEventListener('change', changed);
      return () => {
        for (const list of lists) list.removeEventListener('change', changed);
      };
    },
    () => QUERIES.map((query) => matchMedia(query).matches).join(),
  );
}
