/** A line as a shell reads it: words, quotes and backslashes; nothing is expanded. */
import { OperationError } from '../../common/errors.ts';

interface Line {
  readonly words: readonly string[];
  /** The line ends within a word (or within quotes): that word is still being written. */
  readonly open: boolean;
  /** Within quotes that nobody closed. */
  readonly quote: string;
}

export function readLine(line: string): Line {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    let letter = line.charAt(index);
    if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (letter === quote) quote = '';
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else {
      if (letter === '\\' && quote !== "'" && index + 1 < line.length) {
        index += 1;
        letter = line.charAt(index);
      }
      word += letter;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, open: word !== undefined, quote };
}

/** @throws OperationError INVALID_ARGUMENT. */
export function wordsOf(line: string): readonly string[] {
  const { words, quote } = readLine(line);
  if (quote === '') return words;
  throw new OperationError('INVALID_ARGUMENT', `a quote is not closed: ${quote}`, {
    correction: `Write another ${quote} after the last letter that belongs to the word.`,
  });
}
