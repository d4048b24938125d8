// Original file: lockstep/v1/property.proto


export interface PropertyOrigin {
  'value'?: (string);
  /**
   * C controller, N node, SP storage pool, RG resource group, VG volume group, RD resource definition, VD volume definition,
   * R resource, V volume, NC node connection, RC resource connection; A: an automatism decides, nobody has set it.
   */
  'origin'?: (string);
}

export interface PropertyOrigin__Output {
  'value': (string);
  /**
   * C controller, N node, SP storage pool, RG resource group, VG volume group, RD resource definition, VD volume definition,
   * R resource, V volume, NC node connection, RC resource connection; A: an automatism decides, nobody has set it.
   */
  'origin': (string);
}
