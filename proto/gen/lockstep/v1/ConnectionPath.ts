// Original file: lockstep/v1/connection.proto


export interface ConnectionPath {
  'name'?: (string);
  'interfaceA'?: (string);
  'interfaceB'?: (string);
}

export interface ConnectionPath__Output {
  'name': (string);
  'interfaceA': (string);
  'interfaceB': (string);
}
