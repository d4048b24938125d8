/**
 * Where output goes and what it may look like: one object made once in `main`, so that nothing else asks about
 * terminals and tests can collect what a person would see.
 */
interface TextSink {
  write(text: string): unknown;
}

export interface Style {
  /** ANSI colours. */
  readonly color: boolean;
  /** Box-drawing characters rather than `+-|`. */
  readonly utf8: boolean;
  /** Widest table in characters; undefined = as wide as it gets. */
  readonly widthMax: number | undefined;
}

export interface Terminal {
  readonly out: TextSink;
  readonly err: TextSink;
  readonly style: Style;
  /** stderr is a terminal: progress lines may be drawn and erased. */
  readonly animated: boolean;
  /** Width of stdout when it is a terminal, where a picture may be drawn over the last one; undefined elsewhere. */
  readonly redrawWidth: number | undefined;
}

export const PLAIN: Style = { color: false, utf8: false, widthMax: undefined };
/** `-p`: safe to paste into a mail. */
export const PASTABLE: Style = { color: false, utf8: false, widthMax: 78 };

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'bold' | 'dim';
const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  bold: [1, 22],
  dim: [2, 22],
};

export function paint(style: Style, colour: Colour | undefined, text: string): string {
  if (!style.color || colour === undefined || text === '') return text;
  const [on, off] = CODES[colour];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Text from elsewhere may not move the cursor or recolour the terminal. Line breaks and tabs stay. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}

interface StyleOptions {
  readonly color: boolean;
  readonly utf8: boolean;
  readonly pastable: boolean;
}

/** As LINSTOR's client: colour and UTF-8 only on a terminal; NO_COLOR is honoured. */
export function processTerminal(options: StyleOptions): Terminal {
  const tty = process.stdout.isTTY === true;
  const style: Style = options.pastable
    ? PASTABLE
    : {
        color: options.color && tty && (process.env['NO_COLOR'] ?? '') === '',
        utf8: options.utf8 && tty,
        widthMax: undefined,
      };
  return {
    out: process.stdout,
    err: process.stderr,
    style,
    animated: process.stderr.isTTY === true,
    redrawWidth: tty ? process.stdout.columns : undefined,
  };
}
