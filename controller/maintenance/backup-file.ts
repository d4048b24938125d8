/** The file that `backup` writes and `restore` reads: all records of one revision as JSON, with a digest of them. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import type { KvSnapshot } from '../store/kv-store.ts';

const FORMAT = 'lockstep-backup';
const VERSION = 1;

export interface BackupRecord {
  readonly key: string;
  readonly value: string;
}

export interface Backup {
  readonly createdAtMs: number;
  /** Of the store that it was taken from. */
  readonly revision: number;
  readonly records: readonly BackupRecord[];
}

const headSchema = z.object({ format: z.literal(FORMAT), version: z.number() });
const schema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  createdAtMs: z.number(),
  revision: z.number(),
  records: z.array(z.object({ key: z.string().min(1), value: z.string() })),
  sha256: z.string(),
});

export function formatBackup({ entries, revision }: KvSnapshot, createdAtMs: number): string {
  const records = entries.map(({ key, value }): BackupRecord => ({ key, value }));
  const document = { format: FORMAT, version: VERSION, createdAtMs, revision, sha256: digest(records), records };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** @throws OperationError BACKUP_INVALID. */
export function parseBackup(text: string): Backup {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid('It is not JSON, or not all of it is there.');
  }
  const head = headSchema.safeParse(document);
  if (!head.success) throw invalid('It is JSON, but no backup of Lockstep.');
  if (head.data.version !== VERSION) {
    throw invalid(`It has version ${head.data.version} of the format, this program knows ${VERSION}.`);
  }
  const backup = schema.safeParse(document);
  if (!backup.success) throw invalid('It has not the fields of a backup.');
  if (digest(backup.data.records) !== backup.data.sha256)
    throw invalid('Its records have been changed since it was made.');
  return backup.data;
}

const digest = (records: readonly BackupRecord[]): string =>
  createHash('sha256')
    .update(JSON.stringify(records.map(({ key, value }) => [key, value])))
    .digest('hex');

function invalid(cause: string): OperationError {
  return new OperationError('BACKUP_INVALID', 'The file is not a usable backup', {
    cause,
    correction: 'Take another backup, or the version of Lockstep that made it. Nothing has been changed.',
  });
}
