/** Properties: flat text under keys with `/` as separator. What keys there are, and what they may hold: controller/properties. */
export type Properties = Readonly<Record<string, string>>;

export const NO_PROPERTIES: Properties = {};

/** The properties of the whole cluster. */
export interface ControllerSettings {
  readonly props: Properties;
}
