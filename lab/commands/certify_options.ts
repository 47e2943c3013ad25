/** Options of `certify` as the command line gives them. */
export interface CertifyOptions {
  device?: string[];
  suite?: string[];
  check?: string;
  class?: string[];
  world: string;
  seed?: number;
  repeat?: number;
  /** `i/n` or `auto/n`. */
  shard?: string;
  failFast?: boolean;
  /** The run that tells what failed; `true` for the last one. */
  lastFailed?: string | true;
  /** Directory of an interrupted run. */
  resume?: string;
  out?: string;
  jobs?: number;
  /** A private key. */
  sign?: string;
  json?: boolean;
  /** Names of those options that stood on the command line. */
  given?: readonly string[];
}
