/** A word as a POSIX shell reads it: quoted when it needs to be. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command line with which tshark shows the same frames of a capture. */
export function tsharkCommand(file: string, numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  // A file name that begins with a dash is no option.
  const path = file.startsWith("-") ? `./${file}` : file;
  return `tshark -r ${shellWord(path)} -Y 'frame.number in {${sorted.join(", ")}}' -V`;
}
