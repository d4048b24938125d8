/** CPU time of processes, as the kernel counts it in /proc/PID/stat. */
import { readFileSync } from 'node:fs';
import { runTool } from './tools.ts';

interface ProcessTicks {
  /** User and system time of the process itself. */
  readonly own: number;
  /** The same of its children that have ended and were waited for. */
  readonly endedChildren: number;
}

/** The command may contain anything, so fields are counted from its last parenthesis. @returns undefined for another text. */
export function parseStat(text: string): ProcessTicks | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
  if (user === undefined || system === undefined || childUser === undefined || childSystem === undefined)
    return undefined;
  const ticks = { own: user + system, endedChildren: childUser + childSystem };
  return Number.isNaN(ticks.own + ticks.endedChildren) ? undefined : ticks;
}

export class CpuClock {
  private readonly ticksPerSecond: number;

  private constructor(ticksPerSecond: number) {
    this.ticksPerSecond = ticksPerSecond;
  }

  static async start(signal: AbortSignal): Promise<CpuClock> {
    const text = await runTool('getconf', ['CLK_TCK'], { signal, timeoutMs: 10_000 });
    return new CpuClock(Number(text.trim()));
  }

  /** Seconds that these processes have used; one that is gone counts nothing. */
  secondsOf(pids: readonly number[]): number {
    return pids.reduce((sum, pid) => sum + (readTicks(String(pid))?.own ?? 0), 0) / this.ticksPerSecond;
  }

  /** Seconds of the programs that we have run to their end. */
  secondsOfEndedChildren(): number {
    return (readTicks('self')?.endedChildren ?? 0) / this.ticksPerSecond;
  }
}

function readTicks(pid: string): ProcessTicks | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
