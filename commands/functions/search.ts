import { type Command, text } from '../command.ts';
import { COLUMNS, rowOf } from './describe.ts';

const FOUND = 10;

export const functionsSearch: Command = {
	path: ['functions', 'search'],
	summary: 'Find stored functions by what they do.',
	admin: false,
	audience: 'caller',
	options: [{ name: 'text', description: 'words to look for', kind: 'rest', required: true }],
	async run({ workspaceId, options }, { functions }) {
		const words = String(options.text).trim();
		const records = await functions.search(workspaceId, words, FOUND, ({ state }) => state !== 'retired');
		if (records.length > 0) {
			const counted = await Promise.all(
				records.map(async (record) => rowOf(record, (await functions.versions(workspaceId, record.name)).length)),
			);
			return [{ kind: 'table', columns: COLUMNS, rows: counted }];
		}
		const sentences = [
			`No stored function matches "${words}": not by its name, what it says of itself, its parameters or the questions it answered.`,
			'Try other words for what it does or the tool it calls, or `/functions list`; `/functions list --state retired` has those that are offered no more.',
		];
		return [text(sentences.join(' '))];
	},
};
