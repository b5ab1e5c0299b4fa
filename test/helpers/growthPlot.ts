/**
 * Costs over lengths as an SVG, both axes logarithmic: what a job costs at each length. A line that is level grows with
 * the list alone; one that falls has a fixed part; where one rises by more than a half, the text beside it says so.
 */
export interface GrowthLine {
  readonly name: string;
  readonly unit: string;
  /** Length of the list, and the cost of all of it. */
  readonly of: readonly (readonly [length: number, cost: number])[];
}

const width = 760;
const height = 420;
const [left, right, top, bottom] = [70, 250, 30, 50];
const colours = ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#cf222e'];
/** A cost a job that is this much higher than at the length before bends. */
const bend = 1.5;

export function growthPlot(lines: readonly GrowthLine[]): string {
  const each = lines.map(({ name, unit, of }) => ({
    ...{ name, unit },
    points: of.map(([length, cost]) => [length, Math.max(cost / length, 1e-6)] as const),
  }));
  const all = each.flatMap(({ points }) => points);
  const x = scale(
    all.map(([length]) => length),
    left,
    width - right,
  );
  const y = scale(
    all.map(([, cost]) => cost),
    height - bottom,
    top,
  );
  const drawn = each.map(({ name, unit, points }, at) => {
    const colour = colours[at % colours.length] ?? '#000';
    const path = points
      .map(([length, cost]) => `${x.at(length).toFixed(1)},${y.at(cost).toFixed(1)}`)
      .join(' ');
    const dots = points.map(
      ([length, cost]) =>
        `<circle cx="${x.at(length).toFixed(1)}" cy="${y.at(cost).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const words = `${name}, ${unit} a job: ${bendWords(points)}`;
    const label = `<text x="${width - right + 15}" y="${top + 14 + at * 34}" fill="${colour}">${words}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${label}`;
  });
  const ticks = [
    ...x.decades.map(
      (one) =>
        `<text x="${x.at(one).toFixed(1)}" y="${height - bottom + 20}" text-anchor="middle">${one.toLocaleString('en')}</text>`,
    ),
    ...y.decades.map(
      (one) => `<text x="${left - 8}" y="${y.at(one).toFixed(1)}" text-anchor="end">${one}</text>`,
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#888"/>`,
    ...ticks,
    ...drawn,
    `<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">jobs</text>`,
    '</svg>\n',
  ].join('\n');
}

function bendWords(points: readonly (readonly [number, number])[]): string {
  const bent = points.flatMap(([length, cost], at) => {
    const before = points[at - 1]?.[1];
    return before !== undefined && cost > bend * before ? [length.toLocaleString('en')] : [];
  });
  return bent.length === 0 ? 'straight' : `bends at ${bent.join(', ')}`;
}

function scale(
  values: readonly number[],
  from: number,
  to: number,
): { at(value: number): number; readonly decades: readonly number[] } {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    decades: Array.from({ length: high - low + 1 }, (_, at) => Number((10 ** (low + at)).toPrecision(1))),
  };
}
