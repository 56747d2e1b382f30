import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tool } from '../../src/toolset/tool.ts';

const listed = z.object({ id: z.string(), name: z.string(), text: z.string() });
const query = z.object({ id: z.string(), query: z.string(), gold: z.array(z.string()).min(1) });

export type ListedTool = z.infer<typeof listed>;
export type Query = z.infer<typeof query>;

export const readTools = (file: string) => readJsonl(file, listed);
export const readQueries = (file: string) => readJsonl(file, query);

/** One JSON object a line; throws with the line's number at the first that is none. */
function readJsonl<T>(file: string, schema: z.ZodType<T>): T[] {
	return readFileSync(file, 'utf8')
		.split('\n')
		.flatMap((line, at) => {
			if (line.trim() === '') return [];
			try {
				return schema.parse(JSON.parse(line));
			} catch (error) {
				throw new Error(`${file}, line ${at + 1}: ${error instanceof Error ? error.message : error}`);
			}
		});
}

/** `Weather API::Get Forecast` is the operation `Get Forecast` of the toolset `Weather API`; without the mark all tools belong to one. */
const TOOLSET_END = '::';
/** Of a summary, as loading a document cuts it. */
const SUMMARY_CHARACTERS = 120;

/** As a loaded document would have it: the whole text is the description, its beginning the summary; arguments are in the text already. */
export function toTool({ id, name, text }: ListedTool): Tool {
	const end = id.indexOf(TOOLSET_END);
	const isLong = text.length > SUMMARY_CHARACTERS;
	return {
		toolset: end > 0 ? id.slice(0, end) : 'tools',
		name: end > 0 ? id.slice(end + TOOLSET_END.length) : name,
		summary: isLong ? text.slice(0, SUMMARY_CHARACTERS) : text,
		...(isLong ? { description: text } : {}),
		effect: 'read',
		input: { type: 'object', properties: {} },
		schemaHash: '',
		origin: '',
	};
}
