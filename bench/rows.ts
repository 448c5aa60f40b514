/** Rows of the bench: what each side took in each round, the medians, and how they are shown. */

export interface Row {
  readonly what: string;
  readonly unit: string;
  /** Figures of each round, by the name of what was measured. */
  readonly rounds: Readonly<Record<string, readonly number[]>>;
  /** Two of them whose quotient is of interest, the one that should be larger first. */
  readonly ratio?: readonly [string, string];
}

/** Gathers the figures of a row. */
export class Rounds {
  readonly bySide: Record<string, number[]> = {};

  add(side: string, figure: number): void {
    const figures = this.bySide[side] ?? [];
    figures.push(figure);
    this.bySide[side] = figures;
  }

  /** Adds the figures of others to these. */
  join({ bySide }: Rounds): void {
    for (const [side, figures] of Object.entries(bySide)) for (const one of figures) this.add(side, one);
  }
}

/** The row's median of the side; undefined when there is none. */
export function medianOf({ rounds }: Row, side: string): number | undefined {
  const sorted = [...(rounds[side] ?? [])].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** The quotient of the medians the row asks for; undefined when there is none. */
export function ratioOf(row: Row): number | undefined {
  const [one, other] = (row.ratio ?? []).map((side) => medianOf(row, side));
  return one === undefined || !other ? undefined : one / other;
}

/** A table in Markdown, its columns in line for those who read it as text. */
export function table(rows: readonly Row[], sides: readonly string[]): string {
  const lines = [
    ['', ...sides, 'ratio'],
    ...rows.map((row) => [
      row.what,
      ...sides.map((side) => shown(medianOf(row, side), row.unit)),
      ratioOf(row)?.toFixed(2) ?? '',
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0),
    ),
  );
  const rule = (widths ?? []).map((width, column) => '-'.repeat(width - 1) + (column === 0 ? '-' : ':'));
  return [padded[0] ?? [], rule, ...padded.slice(1)].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function shown(value: number | undefined, unit: string): string {
  if (value === undefined) return '';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
