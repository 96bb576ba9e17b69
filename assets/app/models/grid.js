// Where a key leads in a grid that is made of groups, each in rows of so many columns. Pure.

/**
 * @param {number[]} sizes how many each group has; none is empty
 * @param {[number, number]} place group, and place in it
 * @returns {?[number, number]} null: past the first row or the end
 */
export function stepInGrid(sizes, columns, [group, at], key, whole) {
  const size = sizes[group];
  const row = at - (at % columns);
  const rowEnd = Math.min(row + columns, size) - 1;
  const lastRowOf = (size) => (size - 1) - ((size - 1) % columns);
  if (key === 'Home') return whole ? [0, 0] : [group, row];
  if (key === 'End') return whole ? [sizes.length - 1, sizes.at(-1) - 1] : [group, rowEnd];
  if (key === 'ArrowLeft') {
    if (at > 0) return [group, at - 1];
    return group > 0 ? [group - 1, sizes[group - 1] - 1] : [group, at];
  }
  if (key === 'ArrowRight') {
    if (at + 1 < size) return [group, at + 1];
    return group + 1 < sizes.length ? [group + 1, 0] : [group, at];
  }
  if (key === 'ArrowUp') {
    if (at >= columns) return [group, at - columns];
    if (group === 0) return null;
    const above = sizes[group - 1];
    return [group - 1, Math.min(lastRowOf(above) + at, above - 1)];
  }
  if (at + columns < size) return [group, at + columns];
  if (row < lastRowOf(size)) return [group, size - 1];
  return group + 1 < sizes.length ? [group + 1, Math.min(at - row, sizes[group + 1] - 1)] : [group, at];
}
