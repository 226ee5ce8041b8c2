// What many measurements are said by: median, quantile, and a ratio's digits.

export const median = (values: readonly number[]): number => quantile(values, 0.5)
/** By nearest rank: the least value that so large a share of all do not exceed. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0

export const ratio = (value: number): number => Math.round(value * 1000) / 1000
