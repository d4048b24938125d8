/** Time, chance and logging as the controller uses them: real ones in `main.ts`, virtual ones in tests and the simulator. */

export interface Clock {
  /** Milliseconds since 1970: shown to people, never compared for decisions. */
  wallMs(): number;
  /** Monotone milliseconds. */
  nowMs(): number;
  /** @returns cancels the call. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Random {
  /** 16 hex digits: a generation identifier, neither none nor JUST_CREATED, lowest bit clear (written by no Primary yet). */
  generation(): string;
  /** A text that never repeats. */
  identity(): string;
  /** Uniform in [0, 1). */
  jitter(): number;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
