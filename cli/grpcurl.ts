/** `--grpcurl`: the call of a command as a line for other tools. */

/** Thrown instead of the call: the command ends there. */
export class CallShown extends Error {
  readonly line: string;

  constructor(line: string) {
    super(line);
    this.line = line;
  }
}

/** `path` is `/lockstep.v1.NodeService/List`. */
export function grpcurlLine(address: string, path: string, request: unknown): string {
  return `grpcurl -plaintext -d ${quoted(JSON.stringify(request))} ${quoted(address)} ${path.replace(/^\//, '')}`;
}

const quoted = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
