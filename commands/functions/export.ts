import { UserError } from '../../src/errors.ts';
import { isOffered } from '../../src/repository/function-state.ts';
import { type Export, exportFunctions } from '../../src/repository/transfer/export-functions.ts';
import { type Command, type CommandServices, type Request, text } from '../command.ts';
import { optional } from '../toolset/existing.ts';
import { count, nameList } from '../toolset/name-list.ts';
import { byUse } from './describe.ts';
import { functionNamed, NAME } from './existing.ts';

export const functionsExport: Command = {
	path: ['functions', 'export'],
	summary: 'Give stored functions as a file that another workspace can import.',
	admin: true,
	audience: 'caller',
	options: [{ ...NAME, description: 'one function, with all that it uses; all if left out', required: false }],
	async confirmation(request, services) {
		const made = await exported(request, services);
		if (!made) return undefined;
		const { functions, responses } = made;
		const held = `${count(functions, 'function')} and ${count(responses, 'recorded response')} of your APIs, which may be confidential`;
		return { question: `The file holds ${held}. Questions and people are not in it.\nExport it?` };
	},
	async run(request, services) {
		const made = await exported(request, services);
		if (!made) return [text('No function is stored that could be exported. Answers leave them behind.')];
		const { text: content, functions, responses, leftOut } = made;
		const day = new Date().toISOString().slice(0, 10);
		const name = `functions-${request.workspaceId.replaceAll(/[^\w-]+/g, '-')}-${day}.json`;
		const told = `Exported ${count(functions, 'function')} with ${count(responses, 'recorded response')} of your APIs. \`/functions import\` takes the file in another workspace.`;
		return [text([told, ...leftOutWords(leftOut)].join('\n')), { kind: 'file', name, mediaType: 'application/json', content }];
	},
};

/** Undefined when none is stored. Rejects with `not-found` when what is asked for cannot be exported. */
async function exported(request: Request, services: CommandServices): Promise<(Export & { readonly text: string }) | undefined> {
	const { workspaceId, options } = request;
	const { functions } = services;
	const isNamed = optional(options.name) !== undefined;
	const records = isNamed
		? [(await functionNamed(request, services)).record]
		: byUse((await functions.list(workspaceId)).filter((record) => isOffered(record) || record.state === 'quarantined'));
	if (records.length === 0) return undefined;
	const made = await exportFunctions(workspaceId, records, functions);
	if (made.text !== undefined) return { ...made, text: made.text };
	const [first] = made.leftOut;
	throw new UserError('not-found', `Nothing can be exported: ${first?.name} ${first?.reason}.`);
}

function leftOutWords(leftOut: Export['leftOut']): string[] {
	const byReason = Map.groupBy(leftOut, ({ reason }) => reason);
	return [...byReason].map(([reason, those]) => `Left out: ${nameList(those.map(({ name }) => name))} (${reason}).`);
}
