import { hashJson, isJsonObject, type JsonObject } from '../json.ts';
import type { CallContext, JsonSchema, PersonQuestion, Tool, ToolResponse, Toolset } from './tool.ts';
import { validateArguments } from './validate-arguments.ts';

/** The name that programs ask people by; no other toolset can have it. */
export const HUMAN = 'human';

/** Buttons and menus of every chat have room for these. */
const MOST_OPTIONS = 25;
const OPTION_CHARACTERS = 100;
const QUESTION_CHARACTERS = 500;

const question = { type: 'string', minLength: 1, maxLength: QUESTION_CHARACTERS };

/** The person who asked, as a toolset: a program that needs a choice, a yes or a text asks for it and goes on with the answer. */
export const human: Toolset = {
	name: HUMAN,
	kind: 'human',
	title: 'The person who asked',
	address: 'the conversation',
	definitions: {},
	skipped: [],
	tools: new Map(
		[
			tool(
				'choose',
				'Lets the person choose one option.',
				{
					question,
					options: {
						type: 'array',
						minItems: 2,
						maxItems: MOST_OPTIONS,
						items: { type: 'string', minLength: 1, maxLength: OPTION_CHARACTERS },
					},
				},
				{ type: 'string', description: 'the chosen option' },
			),
			tool('confirm', 'Asks the person yes or no.', { question }, { type: 'boolean' }),
			tool('input', 'Asks the person for a text.', { question }, { type: 'string' }),
		].map((each) => [each.name, each]),
	),
	/** Rejects as `context.ask` does: who does not answer ends the run. */
	async call(called, args, { ask }: CallContext): Promise<ToolResponse> {
		const validated = validateArguments(called.input, {}, args);
		if (!validated.ok) return { ok: false, kind: 'invalid-arguments', message: validated.message };
		const asked = questionOf(called.name, validated.args);
		if (typeof asked === 'string') return { ok: false, kind: 'invalid-arguments', message: asked };
		if (!ask) return { ok: false, kind: 'refused', message: 'Nobody is there who could be asked.' };
		return { ok: true, value: await ask(asked) };
	},
	preview: (called, args) => ({ method: 'ASK', url: called.origin, body: args }),
};

function tool(name: string, summary: string, properties: Readonly<Record<string, JsonSchema>>, output: JsonSchema): Tool {
	const input = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
	const schemaHash = hashJson([name, input, output]);
	return { toolset: HUMAN, name, summary, effect: 'read', input, output, schemaHash, origin: `asks in the conversation (${name})` };
}

/** A text is what is wrong with it. */
function questionOf(kind: string, args: JsonObject): PersonQuestion | string {
	const text = String(args.question);
	if (text.trim() === '') return 'The question is empty.';
	if (kind === 'confirm' || kind === 'input') return { kind, text };
	const options = isJsonObject(args) && Array.isArray(args.options) ? args.options.map(String) : [];
	if (options.some((option) => option.trim() === '')) return 'An option is empty.';
	if (new Set(options.map(asRead)).size < options.length) return 'Two options are the same: nobody could tell them apart.';
	return { kind: 'choose', text, options };
}

/** Chats trim what a button says, and draw any space as one. */
function asRead(option: string): string {
	return option.trim().replaceAll(/\s+/g, ' ');
}
