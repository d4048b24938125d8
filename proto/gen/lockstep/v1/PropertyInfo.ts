// Original file: lockstep/v1/property.proto


export interface PropertyInfo {
  'key'?: (string);
  /**
   * Kinds as in PropertyOwner, in the order in which they are searched: the first that has the property decides.
   */
  'kinds'?: (string)[];
  /**
   * boolean, number, decimal, choice, name, option
   */
  'type'?: (string);
  /**
   * For people: what may be written.
   */
  'allowed'?: (string);
  /**
   * What counts where nobody has set it; empty: nothing.
   */
  'usual'?: (string);
  'help'?: (string);
}

export interface PropertyInfo__Output {
  'key': (string);
  /**
   * Kinds as in PropertyOwner, in the order in which they are searched: the first that has the property decides.
   */
  'kinds': (string)[];
  /**
   * boolean, number, decimal, choice, name, option
   */
  'type': (string);
  /**
   * For people: what may be written.
   */
  'allowed': (string);
  /**
   * What counts where nobody has set it; empty: nothing.
   */
  'usual': (string);
  'help': (string);
}
