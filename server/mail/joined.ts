/** Parts as one; a single one as it is, without a copy of it. */
export function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return first && parts.length === 1 ? first : Buffer.concat(parts);
}
