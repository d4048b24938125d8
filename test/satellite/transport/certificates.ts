/** Certificates for tests, made by openssl where they are needed: none is kept anywhere. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsIdentity } from '../../../satellite/transport/tls.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** An authority in a directory of its own, which signs satellites. */
export class Authority {
  readonly #dir = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=authority',
      '-days',
      '2',
    );
  }

  /** @param days negative: it has expired. @param alternative `IP:127.0.0.1`: where it serves, for clients that look at that */
  files(name: string, days = 2, alternative = ''): CertificatePaths {
    this.#openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)];
    if (alternative !== '') {
      writeFileSync(join(this.#dir, 'extension'), `subjectAltName=${alternative}\n`);
      signed.push('-extfile', 'extension');
    }
    this.#openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed);
    const path = (file: string): string => join(this.#dir, file);
    return { cert: path(`${name}.pem`), key: path(`${name}.key`), ca: path('ca.pem') };
  }

  identity(name: string, days = 2): TlsIdentity {
    const { cert, key, ca } = this.files(name, days);
    return { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { cwd: this.#dir, stdio: ['ignore', 'ignore', 'ignore'] });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;
