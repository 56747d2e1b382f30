import { UserError } from '../../src/errors.ts';
import { promote } from '../../src/repository/standing/decide.ts';
import { type Command, text } from '../command.ts';
import { asState, sentence, titleOf } from './describe.ts';
import { functionNamed, NAME, VERSION } from './existing.ts';

export const functionsPromote: Command = {
	path: ['functions', 'promote'],
	summary: 'Trust a stored function, after verifying it: it is offered before others.',
	admin: true,
	audience: 'caller',
	options: [NAME, VERSION],
	async run(request, services) {
		const { record, versions } = await functionNamed(request, services);
		const { name, state } = record;
		const title = titleOf(record, versions.length);
		if (state === 'trusted') return [text(`\`${title}\` is trusted already.`)];
		if (state === 'retired') throw new UserError('not-allowed', `${title} is retired. Restore it first: /functions restore ${name}`);
		const tools = await services.functionChecks.toolsOf(request.workspaceId);
		const decided = await promote({ record, by: request.user.id, tools }, services.functionChecks);
		if (!decided.ok) {
			throw new UserError(
				'not-allowed',
				`${title} does not pass verification and is not trusted: ${sentence(decided.reason)} It stays ${asState(state)}.`,
			);
		}
		if (decided.record.state !== 'trusted')
			throw new UserError('not-allowed', `${title} became ${asState(decided.record.state)} meanwhile. Try again.`);
		const after = await services.functions.versions(request.workspaceId, name);
		const replaced = after.filter((other) => isNewlyRetired(other, versions)).map(({ version }) => version);
		const gone = replaced.length === 0 ? '' : ` Version ${replaced.toReversed().join(', ')}, which it replaces, is retired.`;
		return [text(`\`${title}\` was verified and is trusted.${gone}`)];
	},
};

type Versions = Awaited<ReturnType<typeof functionNamed>>['versions'];

function isNewlyRetired({ version, state }: Versions[number], before: Versions): boolean {
	return state === 'retired' && before.some((earlier) => earlier.version === version && earlier.state !== 'retired');
}
