import { UserError } from '../../src/errors.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { restore } from '../../src/repository/standing/decide.ts';
import { type Command, text } from '../command.ts';
import { asState, sentence, titleOf } from './describe.ts';
import { functionNamed, NAME, VERSION } from './existing.ts';

export const functionsRestore: Command = {
	path: ['functions', 'restore'],
	summary: 'Offer a forgotten or otherwise retired function again, after verifying it.',
	admin: true,
	audience: 'caller',
	options: [NAME, VERSION],
	async run(request, services) {
		const { record, versions } = await functionNamed(request, services, newestRetired);
		const title = titleOf(record, versions.length);
		if (record.state !== 'retired') {
			const next = record.state === 'quarantined' ? `/functions verify ${record.name} looks at it again.` : 'There is nothing to restore.';
			throw new UserError('bad-input', `${title} is not retired: it is ${asState(record.state)}. ${next}`);
		}
		const tools = await services.functionChecks.toolsOf(request.workspaceId);
		const decided = await restore({ record, by: request.user.id, tools }, services.functionChecks);
		if (!decided.ok) {
			const advice = 'Mend that first, or ask what you want to know: an answer writes the function anew.';
			throw new UserError(
				'not-allowed',
				`${title} does not pass verification any more and stays retired: ${sentence(decided.reason)} ${advice}`,
			);
		}
		const others = versions.filter((other) => other.state === 'retired' && other.version !== record.version);
		const more = others.length === 0 ? '' : ` ${othersWords(others)}`;
		return [text(`Restored \`${title}\`: it was verified, and is ${asState(decided.record.state)} again.${more}`)];
	},
};

/** What is not retired needs no restoring: it is told so of the newest one. */
function newestRetired(versions: readonly FunctionRecord[]): FunctionRecord | undefined {
	return versions.find(({ state }) => state === 'retired') ?? versions[0];
}

function othersWords(others: readonly FunctionRecord[]): string {
	const numbers = others.map(({ version }) => version).toReversed();
	return numbers.length === 1
		? `Version ${numbers[0]} stays retired: --version ${numbers[0]} restores it.`
		: `Versions ${numbers.join(', ')} stay retired: --version restores one.`;
}
