// Original file: lockstep/v1/answer.proto

export const Severity = {
  SEVERITY_UNSPECIFIED: 'SEVERITY_UNSPECIFIED',
  /**
   * Something the caller asked for has been done.
   */
  SEVERITY_SUCCESS: 'SEVERITY_SUCCESS',
  /**
   * Worth knowing, nothing to do.
   */
  SEVERITY_INFO: 'SEVERITY_INFO',
  /**
   * Done, but something is left over or risky: read cause and correction.
   */
  SEVERITY_WARN: 'SEVERITY_WARN',
  /**
   * Refused or failed. An operation with at least one such entry has failed.
   */
  SEVERITY_ERROR: 'SEVERITY_ERROR',
} as const;

export type Severity =
  | 'SEVERITY_UNSPECIFIED'
  | 0
  /**
   * Something the caller asked for has been done.
   */
  | 'SEVERITY_SUCCESS'
  | 1
  /**
   * Worth knowing, nothing to do.
   */
  | 'SEVERITY_INFO'
  | 2
  /**
   * Done, but something is left over or risky: read cause and correction.
   */
  | 'SEVERITY_WARN'
  | 3
  /**
   * Refused or failed. An operation with at least one such entry has failed.
   */
  | 'SEVERITY_ERROR'
  | 4

export type Severity__Output = typeof Severity[keyof typeof Severity]
