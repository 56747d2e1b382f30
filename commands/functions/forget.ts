import { isForgotten } from '../../src/repository/function-state.ts';
import { forget } from '../../src/repository/standing/decide.ts';
import { type Command, type Request, text } from '../command.ts';
import { nameList } from '../toolset/name-list.ts';
import { dependentsOf, NAME, versionsNamed } from './existing.ts';

export const functionsForget: Command = {
	path: ['functions', 'forget'],
	summary: 'Take a stored function out of use. It can be restored, unless it is deleted for good.',
	admin: true,
	audience: 'caller',
	options: [NAME, { name: 'for-good', description: 'delete it, so that it cannot be restored', kind: 'flag' }],
	async confirmation(request, services) {
		const versions = await versionsNamed(request, services);
		const name = String(request.options.name);
		const isForGood = forGood(request);
		// Nothing would change.
		if (!isForGood && versions.every(isForgotten)) return undefined;
		const users = await dependentsOf(versions, services);
		const until = isForGood ? 'any more' : 'until that is restored';
		const callers =
			users.length > 0 ? `${nameList(users)} ${users.length === 1 ? 'calls' : 'call'} \`${name}\` and could not be reused ${until}.\n` : '';
		const which = versions.length > 1 ? `all ${versions.length} versions of the function \`${name}\`` : `the function \`${name}\``;
		const question = isForGood
			? `Nothing could restore it.\nDelete ${which} for good?`
			: `\`${name}\` would be offered no more, until \`/functions restore ${name}\` brings it back.\nForget ${which}?`;
		return { question: `${callers}${question}` };
	},
	async run(request, services) {
		const { functions } = services;
		const { workspaceId, user } = request;
		const versions = await versionsNamed(request, services);
		const name = String(request.options.name);
		const users = await dependentsOf(versions, services);
		const callers = (until: string) =>
			users.length > 0 ? ` ${nameList(users)} ${users.length === 1 ? 'calls' : 'call'} it and cannot be reused ${until}.` : '';
		if (forGood(request)) {
			for (const version of versions) await functions.delete(workspaceId, version);
			return [text(`Deleted \`${name}\` for good.${callers('any more')}`)];
		}
		if (!(await forget(versions, user.id, { functions }))) {
			return [text(`\`${name}\` is forgotten already. \`/functions forget ${name} --for-good\` deletes it.`)];
		}
		return [text(`Forgot \`${name}\`.${callers('until it is restored')} \`/functions restore ${name}\` brings it back.`)];
	},
};

function forGood({ options }: Request): boolean {
	return options['for-good'] === true;
}
