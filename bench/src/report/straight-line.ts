/** The straight line that lies nearest to some points, by least squares. */
export interface StraightLine {
  readonly intercept: number;
  readonly slope: number;
  /** The farthest that a point is from the line, above or below it. */
  readonly worstDistance: number;
}

/** @throws Error when all points have the same x, so that there is no slope */
export function straightLine(points: readonly (readonly [x: number, y: number])[]): StraightLine {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spreadX = mean(points.map(([x]) => (x - meanX) ** 2));
  if (!(spreadX > 0)) throw new Error('A straight line needs points at two places at least');
  const slope = mean(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spreadX;
  const intercept = meanY - slope * meanX;
  const distances = points.map(([x, y]) => Math.abs(y - intercept - slope * x));
  return { intercept, slope, worstDistance: Math.max(...distances) };
}
