/**
 * What lies on a node that was away when its replica was given up: the others have forgotten it, its satellite is told to
 * delete it as soon as it returns. Until then the node gets no resource of this name.
 */
export interface Leftover {
  readonly nodeName: string;
  readonly resourceName: string;
  readonly sinceMs: number;
}
