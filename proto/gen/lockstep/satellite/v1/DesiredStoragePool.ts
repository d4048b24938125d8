// Original file: lockstep/satellite/v1/satellite.proto


export interface DesiredStoragePool {
  'name'?: (string);
  /**
   * FILE, FILE_THIN or DEVICE.
   */
  'providerKind'?: (string);
  /**
   * FILE, FILE_THIN. Created when missing.
   */
  'directory'?: (string);
  /**
   * DEVICE.
   */
  'devices'?: (string)[];
  /**
   * Forget the pool. Never removes data: refused (STORAGE_POOL_IN_USE) while it holds volumes.
   */
  'delete'?: (boolean);
}

export interface DesiredStoragePool__Output {
  'name': (string);
  /**
   * FILE, FILE_THIN or DEVICE.
   */
  'providerKind': (string);
  /**
   * FILE, FILE_THIN. Created when missing.
   */
  'directory': (string);
  /**
   * DEVICE.
   */
  'devices': (string)[];
  /**
   * Forget the pool. Never removes data: refused (STORAGE_POOL_IN_USE) while it holds volumes.
   */
  'delete': (boolean);
}
