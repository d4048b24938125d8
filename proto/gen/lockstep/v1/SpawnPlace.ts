// Original file: lockstep/v1/resource_group.proto


export interface SpawnPlace {
  'nodeName'?: (string);
  'storagePoolName'?: (string);
  'freeCapacityOversubscriptionRatio'?: (number | string);
  'totalCapacityOversubscriptionRatio'?: (number | string);
}

export interface SpawnPlace__Output {
  'nodeName': (string);
  'storagePoolName': (string);
  'freeCapacityOversubscriptionRatio': (number);
  'totalCapacityOversubscriptionRatio': (number);
}
