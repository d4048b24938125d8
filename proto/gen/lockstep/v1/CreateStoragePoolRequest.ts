// Original file: lockstep/v1/storage_pool.proto


export interface CreateStoragePoolRequest {
  'nodeName'?: (string);
  'name'?: (string);
  /**
   * FILE, FILE_THIN or DEVICE.
   */
  'providerKind'?: (string);
  'directory'?: (string);
  'devices'?: (string)[];
  /**
   * Return at once; otherwise wait until the satellite has it, or fails, or the wait time is over.
   */
  'async'?: (boolean);
  /**
   * Longest wait. Default 30000.
   */
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface CreateStoragePoolRequest__Output {
  'nodeName': (string);
  'name': (string);
  /**
   * FILE, FILE_THIN or DEVICE.
   */
  'providerKind': (string);
  'directory': (string);
  'devices': (string)[];
  /**
   * Return at once; otherwise wait until the satellite has it, or fails, or the wait time is over.
   */
  'async': (boolean);
  /**
   * Longest wait. Default 30000.
   */
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
