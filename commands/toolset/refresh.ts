import { UserError } from '../../src/errors.ts';
import { type Drift, settleDrift, workspaceDrift } from '../../src/repository/verification/drift.ts';
import type { Refresh } from '../../src/toolset/catalogue.ts';
import { differenceOf, isNone, isRisky, type ToolsetDifference } from '../../src/toolset/difference.ts';
import { isExample } from '../../src/toolset/open-toolset.ts';
import { type Command, type CommandServices, type Reply, type Request, text } from '../command.ts';
import { consequences, differenceTable, differenceWords } from './describe-difference.ts';
import { credentialOf } from './describe-toolset.ts';
import { optional, recordOf } from './existing.ts';

export const toolsetRefresh: Command = {
	path: ['toolset', 'refresh'],
	summary: 'Read the document of an API again, and show what changed.',
	admin: true,
	audience: 'caller',
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{ name: 'source', description: 'where the document is now, if it moved', kind: 'word' },
		{ name: 'yes', description: 'the code of a difference that was shown: applies that, and asks nothing', kind: 'value', internal: true },
	],
	/** Keeps what it has read, so that a yes applies that: the source may give another document by then. */
	async confirmation(request, services) {
		const { name, yes } = request.options;
		if (yes !== undefined || (await isOfBot(request, services))) return undefined;
		const refresh = await readRefresh(request, services);
		await services.catalogue.keepRefresh(refresh);
		const shown = await differenceFor(refresh, services);
		const options = { name, yes: refresh.id };
		return shown.isRisky ? { question: `${statementOf(shown)}\nApply this?`, options } : { options };
	},
	async run(request, services) {
		const { workspaceId, user, options } = request;
		const name = String(options.name);
		if (await isOfBot(request, services)) {
			return [text(`\`${name}\` comes with the bot and is read anew whenever the bot starts: there is nothing to refresh.`)];
		}
		const confirmed = optional(options.yes);
		const refresh = await (confirmed === undefined
			? readRefresh(request, services)
			: services.catalogue.keptRefresh(workspaceId, name, confirmed));
		const shown = await differenceFor(refresh, services);
		if (confirmed === undefined && shown.isRisky) {
			await services.catalogue.keepRefresh(refresh);
			throw new UserError(
				'not-allowed',
				`${statementOf(shown)}\nNothing was changed: nobody was there to say yes. This does it: /toolset refresh ${name} --yes ${refresh.id}`,
			);
		}
		await services.catalogue.refresh(refresh, user.id);
		// What is not settled for a crash in between, the next question that meets such a function does.
		await settleDrift(shown.drift, services);
		return replyOf(shown);
	},
};

interface Shown extends Pick<Refresh, 'before' | 'former'> {
	readonly difference: ToolsetDifference;
	readonly drift: Drift;
	readonly isRisky: boolean;
	/** Besides the tools, a line each. */
	readonly consequences: readonly string[];
}

async function isOfBot({ workspaceId, options }: Request, { catalogue }: CommandServices): Promise<boolean> {
	return isExample((await recordOf(workspaceId, String(options.name), catalogue)).source);
}

async function readRefresh({ workspaceId, options }: Request, { catalogue, readDocument }: CommandServices): Promise<Refresh> {
	const name = String(options.name);
	const record = await recordOf(workspaceId, name, catalogue);
	const moved = optional(options.source);
	const source = moved ?? record.source;
	if (isExample(source)) throw new UserError('bad-input', `An example is connected with /toolset add, under a name of its own.`);
	if (source.startsWith('upload:')) {
		throw new UserError(
			'bad-input',
			`The document of ${name} was uploaded (${source.slice('upload:'.length)}), so there is no address to read it from again. Put the new one where the bot can read it: /toolset refresh ${name} https://…`,
		);
	}
	// With its own credential where its server shows nothing without one; what was typed in is not for another place.
	const open = moved === undefined ? await catalogue.loadWhole(workspaceId, name).catch(() => undefined) : undefined;
	if (open?.reread) return catalogue.prepareRefresh(workspaceId, name, { source, document: await open.reread() });
	const { text: document, sourceUrl } = await readDocument(source, record.sealed ? { workspaceId, name } : record);
	return catalogue.prepareRefresh(workspaceId, name, { source, document, ...(sourceUrl !== undefined && { sourceUrl }) });
}

async function differenceFor({ before, former, toolset }: Refresh, { functionChecks }: CommandServices): Promise<Shown> {
	// Without a former one, everything is new and nothing is known to stay as it was.
	const difference = differenceOf(former ?? { ...toolset, tools: new Map() }, toolset, before.policy);
	const drift = await workspaceDrift(before.workspaceId, functionChecks, toolset);
	const credential = before.credential === undefined ? undefined : credentialOf(before);
	return {
		before,
		former,
		difference,
		drift,
		isRisky: former === undefined || isRisky(difference) || drift.broken.length > 0,
		consequences: consequences(difference, drift, credential),
	};
}

/** What a yes would do, in sentences. */
function statementOf({ before: { name }, former, difference, consequences: lines }: Shown): string {
	const unknown = former ? [] : ['What it was cannot be opened any more, so that nothing can be compared.'];
	return [`Refresh of \`${name}\`: ${differenceWords(difference)}.`, ...unknown, ...lines].join(' ');
}

function replyOf({ before: { name, policy = {} }, difference, consequences: lines }: Shown): Reply {
	if (isNone(difference)) return [text([`Nothing changed: \`${name}\` is as it was.`, ...lines].join('\n'))];
	return [
		text([`Refreshed \`${name}\`: ${differenceWords(difference)}.`, ...lines].join('\n')),
		...differenceTable(difference, policy),
		text('This counts for questions that are asked from now on; a run in progress goes on with what it began with.'),
	];
}
