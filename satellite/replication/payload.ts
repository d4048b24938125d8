/**
 * What crosses the border of the replication core without being looked into: data of a volume, and the names by which
 * host and core recognise what they submitted to each other.
 */

/** Opaque to the core: chunks of bytes in the satellite, sector versions in the simulator. Never changed once handed over. */
export interface Payload {
  readonly byteLength: number;
}

/** Names one submitted disk operation of this resource; comes back in `disk-done`. */
export type IoId = number & { readonly __brand: 'IoId' };

/** Names one link (data + control stream) to a peer; a link that ended never comes back. */
export type LinkId = number & { readonly __brand: 'LinkId' };

/** Chosen by whoever submits a client request; comes back in `completeClient`. */
export type ClientRequestId = number & { readonly __brand: 'ClientRequestId' };

/** `<purpose>` or `<purpose>:<node id>` or `<purpose>:<node id>:<volume>`. Setting a timer again replaces it. */
export type TimerId = string & { readonly __brand: 'TimerId' };
