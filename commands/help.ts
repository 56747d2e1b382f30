import { type Command, type Reply, text } from './command.ts';
import { unknownCommand, usage } from './parse.ts';

/** `table` is asked for when the command runs: it holds this command too. */
export const createHelp = (table: () => readonly Command[]): Command => ({
	path: ['help'],
	summary: 'Explain the commands.',
	admin: false,
	audience: 'caller',
	options: [{ name: 'command', description: 'one of them, or a group such as toolset; all if left out', kind: 'rest' }],
	async run({ options }, { sampleQuestions }) {
		const typed = String(options.command ?? '').trim();
		if (typed === '') return overview(table(), sampleQuestions);
		const path = typed.replace(/^\//, '').toLowerCase().split(/\s+/);
		const meant = table().filter((command) => path.every((word, at) => command.path[at] === word));
		const [first, ...others] = meant;
		if (!first) throw unknownCommand(`/${path.join(' ')}`, table());
		return [commandRows(meant), ...(others.length === 0 ? optionRows(first) : [])];
	},
});

function overview(commands: readonly Command[], sampleQuestions: readonly string[]): Reply {
	const samples = sampleQuestions.map((question) => `  ${question}`).join('\n');
	return [
		text('Type a question, or one of these commands. `/help functions` tells more of those of a group, `/help functions run` of one.'),
		briefRows(commands),
		...(samples === '' ? [] : [text(`No model is configured, so these questions can be answered:\n${samples}`)]),
	];
}

/** What a phone has room for: what has to be given, and one sentence. */
function briefRows(commands: readonly Command[]): Reply[number] {
	const rows = commands.map((command) => {
		const needed = command.options.filter(({ required, internal }) => required && !internal);
		const [sentence = ''] = /^.*?\.(?=\s|$)/.exec(command.summary) ?? [command.summary];
		return [usage({ ...command, options: needed }), `${sentence}${command.admin ? ' (admin)' : ''}`];
	});
	return { kind: 'table', columns: ['command', 'does'], rows };
}

function commandRows(commands: readonly Command[]): Reply[number] {
	const rows = commands.map((command) => [usage(command), `${command.summary}${command.admin ? ' (admin)' : ''}`]);
	return { kind: 'table', columns: ['command', 'does'], rows };
}

/** What is given to a command, apart from what is internal. */
function optionRows({ options }: Command): Reply {
	const offered = options.filter(({ internal }) => !internal);
	if (offered.length === 0) return [];
	const rows = offered.map(({ name, kind, description }) => [kind === 'flag' || kind === 'value' ? `--${name}` : name, description]);
	return [{ kind: 'table', columns: ['option', 'is'], rows }];
}
