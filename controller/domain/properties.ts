/** Properties: flat text under keys with `/` as separator. What keys there are, and what they may hold: controller/properties. */
export type Properties = Readonly<Record<string, string>>;

export const NO_PROPERTIES: Properties = {};

/** The value of the first level that has the key. */
export function firstValue(key: string, levels: readonly (Properties | undefined)[]): string | undefined {
  return levels.find((props) => props?.[key] !== undefined)?.[key];
}

/** The words for yes that properties are written with. */
export const isYes = (text: string | undefined): boolean => /^(true|yes)$/i.test(text ?? '');

/** The properties of the whole cluster. */
export interface ControllerSettings {
  readonly props: Properties;
}
