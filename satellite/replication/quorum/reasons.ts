/** Why requests of clients wait, each by itself; I/O runs while there is none (DRBD 9 §1.5). In print order. */
export type SuspensionReason = 'user' | 'no-data' | 'fencing' | 'quorum' | 'uuid';
