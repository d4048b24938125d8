/**
 * What happened in a run, twice: a rolling 64-bit hash that two runs of one plan must share, and, when recording, the
 * readable lines. Recording never influences the run: a violation is found with the hash only and told by a second run.
 */

const LINES_KEPT = 200_000;

export interface TraceLine {
  /** Microseconds. */
  readonly at: number;
  /** Node id, or undefined for the world (network, plan, client). */
  readonly node: number | undefined;
  readonly text: string;
}

export class Trace {
  readonly recording: boolean;
  readonly lines: TraceLine[] = [];
  private high = 0x9e3779b9;
  private low = 0x85ebca6b;
  private clock: () => number = () => 0;

  constructor(recording: boolean) {
    this.recording = recording;
  }

  useClock(clock: () => number): void {
    this.clock = clock;
  }

  /** Mixes three numbers (taken as 32-bit) into the hash. */
  mix(a: number, b: number, c: number): void {
    let x = (this.low ^ Math.imul(a | 0, 0xcc9e2d51)) | 0;
    x = Math.imul((x << 15) | (x >>> 17), 0x1b873593);
    let y = (this.high ^ Math.imul((b | 0) + x, 0xc2b2ae35)) | 0;
    y = Math.imul((y << 13) | (y >>> 19), 0x27d4eb2f);
    this.low = (x ^ Math.imul((c | 0) + y, 0x165667b1)) | 0;
    this.high = (y + ((this.low << 7) | (this.low >>> 25))) | 0;
  }

  /** Only call under `if (trace.recording)`, so that texts are not built for nothing. */
  line(node: number | undefined, text: string): void {
    if (this.recording && this.lines.length < LINES_KEPT) this.lines.push({ at: this.clock(), node, text });
  }

  /** 16 hex digits. */
  digest(): string {
    const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }
}

export function formatLine(line: TraceLine): string {
  const seconds = (line.at / 1_000_000).toFixed(6).padStart(11);
  return `${seconds}  ${line.node === undefined ? '--' : `n${line.node}`.padEnd(2)}  ${line.text}`;
}
