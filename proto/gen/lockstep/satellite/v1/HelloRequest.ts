// Original file: lockstep/satellite/v1/satellite.proto

import type { Long } from '@grpc/proto-loader';

export interface HelloRequest {
  /**
   * Identity of the cluster; a satellite belongs to the first one that it meets.
   */
  'controllerId'?: (string);
  /**
   * Fencing number of the calling controller process.
   */
  'epoch'?: (number | string | Long);
  /**
   * Name under which the controller knows this node.
   */
  'nodeName'?: (string);
  /**
   * Versions of this API that the controller speaks.
   */
  'apiVersionMin'?: (number);
  'apiVersionMax'?: (number);
  'controllerVersion'?: (string);
}

export interface HelloRequest__Output {
  /**
   * Identity of the cluster; a satellite belongs to the first one that it meets.
   */
  'controllerId': (string);
  /**
   * Fencing number of the calling controller process.
   */
  'epoch': (number);
  /**
   * Name under which the controller knows this node.
   */
  'nodeName': (string);
  /**
   * Versions of this API that the controller speaks.
   */
  'apiVersionMin': (number);
  'apiVersionMax': (number);
  'controllerVersion': (string);
}
