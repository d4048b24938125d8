// Original file: lockstep/v1/resource.proto


export interface AutoPlaceResourceRequest {
  'resourceName'?: (string);
  /**
   * Wanted number of diskful replicas, those that exist included. Absent together with the next one: 2.
   */
  'placeCount'?: (number);
  /**
   * That many more than there are. Excludes place_count.
   */
  'additionalPlaceCount'?: (number);
  /**
   * Allowed pools; empty: all.
   */
  'storagePoolNames'?: (string)[];
  'protocol'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_waitMs'?: "waitMs";
}

export interface AutoPlaceResourceRequest__Output {
  'resourceName': (string);
  /**
   * Wanted number of diskful replicas, those that exist included. Absent together with the next one: 2.
   */
  'placeCount'?: (number);
  /**
   * That many more than there are. Excludes place_count.
   */
  'additionalPlaceCount'?: (number);
  /**
   * Allowed pools; empty: all.
   */
  'storagePoolNames': (string)[];
  'protocol': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_waitMs'?: "waitMs";
}
