/** Properties, and objects that are hardly more than properties, as the store keeps them. */
import { z } from 'zod';
import type { KeyValues } from '../../domain/key-values.ts';
import type { ControllerSettings } from '../../domain/properties.ts';

export const propertiesSchema = z.record(z.string(), z.string());

export const settingsSchema: z.ZodType<ControllerSettings> = z.object({ props: propertiesSchema });

export const keyValuesSchema: z.ZodType<KeyValues> = z.object({ instance: z.string().min(1), props: propertiesSchema });
