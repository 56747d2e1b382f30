import { z } from 'zod';
import type { JsonValue } from '../json.ts';

export const EXPORT_FORMAT = 'toolcoder-export';
export const EXPORT_VERSION = 1;

/** The first line. */
export const exportHeader = z.object({
	format: z.literal(EXPORT_FORMAT),
	formatVersion: z.number(),
	workspace: z.string().min(1),
	/** ISO 8601 */
	exportedAt: z.string(),
	/** Of the database it is from: how many migrations its records have been through. */
	schemaVersion: z.int().min(0),
});

export type ExportHeader = z.infer<typeof exportHeader>;

/** A line for each record. */
export const exportedRecord = z.object({
	namespace: z.string(),
	key: z.string(),
	value: z.custom<JsonValue>((value) => typeof value === 'object' && value !== null),
});

export type ExportedRecord = z.infer<typeof exportedRecord>;

/** The last line, without which the file is not whole. */
export const exportEnd = z.object({ end: z.literal(true), records: z.number() });
