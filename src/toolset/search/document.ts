import { type Tool, toolId } from '../tool.ts';
import { nameTerm, splitWords, termsOf } from './words.ts';

/** The fields of a tool, as terms. */
export interface ToolDocument {
	readonly toolset: readonly string[];
	readonly name: readonly string[];
	readonly summary: readonly string[];
	/** What it says beyond the summary. */
	readonly description: readonly string[];
	readonly arguments: readonly string[];
	readonly origin: readonly string[];
	/** Its whole name, alone and with its toolset. */
	readonly exact: readonly string[];
}

/** Of a description, of all arguments together, and of one argument: more is the work of generators, or meant to be found by everything. */
const DESCRIPTION_CHARACTERS = 2000;
const ARGUMENTS_CHARACTERS = 1000;
const ARGUMENT_CHARACTERS = 100;
/** Of a name or an origin; real ones are far shorter. */
export const NAME_CHARACTERS = 200;

export function toDocument(tool: Tool): ToolDocument {
	const name = tool.name.slice(0, NAME_CHARACTERS);
	const nameTerms = termsOf(name);
	return {
		toolset: termsOf(tool.toolset.slice(0, NAME_CHARACTERS)),
		// A name of nothing but stop words (`get`) still has to be found by them.
		name: nameTerms.length > 0 ? nameTerms : splitWords(name),
		summary: termsOf(tool.summary.slice(0, DESCRIPTION_CHARACTERS)),
		description: termsOf(beyondSummary(tool)),
		arguments: termsOf(argumentsOf(tool)),
		origin: termsOf(tool.origin.slice(0, NAME_CHARACTERS)),
		exact: [nameTerm(name), nameTerm(toolId(tool).slice(0, NAME_CHARACTERS))],
	};
}

/** A description often begins with the summary, whose words do not count twice for that. */
function beyondSummary({ summary, description = '' }: Tool): string {
	const text = description.slice(0, DESCRIPTION_CHARACTERS);
	const beginning = summary.slice(0, DESCRIPTION_CHARACTERS).replace(/…$/, '');
	return text.startsWith(beginning) ? text.slice(beginning.length) : text;
}

function argumentsOf({ input }: Tool): string {
	let text = '';
	for (const [name, schema] of Object.entries((input.properties as Readonly<Record<string, unknown>> | undefined) ?? {})) {
		if (text.length >= ARGUMENTS_CHARACTERS) break;
		const description = typeof schema === 'object' && schema !== null && 'description' in schema ? schema.description : '';
		text += `${name} ${typeof description === 'string' ? description : ''}`.slice(0, ARGUMENT_CHARACTERS).concat('\n');
	}
	return text;
}
