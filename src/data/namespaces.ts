import { invertRunId } from '../runs/run-id.ts';
import { topicOf } from '../runs/transcript.ts';
import {
	BY_TOPIC,
	dayIn,
	ENCODED,
	fieldOf,
	invertedIn,
	type Kept,
	type Namespace,
	ofPlatform,
	partOf,
	plain,
	runIdIn,
	timeIn,
	UNTIL_DELETED,
	WHOLE,
	WITH_RUN,
} from './namespace.ts';

/** Small, and what a year cost is asked a month after it. */
const USAGE_DAYS = 400;
/** Chats deliver again within hours, and look for a message that may have been posted within minutes. */
const MESSAGE_DAYS = 30;
/** discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH = 1_420_070_400_000;
const OF_RUN = { owner: { by: 'run' }, kept: WITH_RUN, exported: 'yes' } as const;
const OF_WORKSPACE = { owner: ENCODED, kept: UNTIL_DELETED, exported: 'yes' } as const;
const OF_PROCESS = { owner: { by: 'process' }, kept: UNTIL_DELETED, exported: 'short-lived' } as const;

/** `<workspace>/<run>…` */
const RUN_IN_WORKSPACE: Kept = {
	until: 'run',
	prefixesOf: ({ id, workspaceId }) => [`${encodeURIComponent(workspaceId)}/${id}`],
	runOf: (key) => runIdIn(partOf(key, 1)),
};
/** What was shown of a run, and messages of none. */
const SHOWN: Kept = {
	until: 'run',
	prefixesOf: ({ id }) => [`${id}.`, `approval.${id}-`, `question.${id}-`],
	runOf: (key) => runIdIn(key.replace(/^(approval|question)\./, '')),
	others: { days: MESSAGE_DAYS, since: (key, value) => timeIn('at')(key, value) ?? timeOfMessage(fieldOf(value, 'id')), inValue: true },
};

/** Everything that is stored, by namespace. A test holds it against the sources. What is erased goes in this order: what others are found by comes last. */
export const NAMESPACES: readonly Namespace[] = [
	{ name: 'runs-waiting', holds: 'places in the line of questions', owner: ENCODED, kept: RUN_IN_WORKSPACE, exported: 'yes' },
	{ name: 'runs-at-work', holds: 'questions being answered', owner: ENCODED, kept: RUN_IN_WORKSPACE, exported: 'yes' },
	{ name: 'unfinished-runs', holds: 'unfinished questions', ...OF_RUN },
	{ name: 'journal', holds: 'steps and calls of answers', ...OF_RUN },
	{ name: 'run-endings', holds: 'answers and failures', ...OF_RUN },
	{ name: 'run-stops', holds: 'requests to stop', ...OF_RUN },
	{ name: 'run-file-contents', holds: 'contents of files', ...OF_RUN },
	{ name: 'run-files', holds: 'files', ...OF_RUN },
	{ name: 'approvals', holds: 'calls that waited for approval', ...OF_RUN },
	{ name: 'approval-decisions', holds: 'decisions about calls', ...OF_RUN },
	{ name: 'approvals-used', holds: 'decisions that were carried out', ...OF_RUN },
	{ name: 'questions', holds: 'questions of programs', ...OF_RUN },
	{ name: 'question-decisions', holds: 'answers to programs', ...OF_RUN },
	{ name: 'questions-used', holds: 'answers that programs have got', ...OF_RUN },
	{ name: 'postings', holds: 'messages that were posted', owner: { by: 'run' }, kept: SHOWN, exported: 'yes' },
	{
		name: 'run-events',
		holds: 'events of chats that became questions',
		owner: ENCODED,
		kept: {
			until: 'run',
			prefixesOf: () => [],
			runOf: (_key, value) => runIdIn(String(fieldOf(value, 'runId'))),
			inValue: true,
		},
		exported: 'yes',
	},
	{
		name: 'runs-asked',
		holds: 'questions by person',
		owner: ENCODED,
		kept: {
			until: 'run',
			prefixesOf: ({ id, workspaceId, question }) => [
				`${encodeURIComponent(workspaceId)}/${encodeURIComponent(question.askedBy.id)}/${invertRunId(id)}`,
			],
			runOf: (key) => invertedIn(partOf(key, 2)),
		},
		exported: 'yes',
	},
	{
		name: 'turns',
		holds: 'exchanges of conversations',
		owner: BY_TOPIC,
		kept: {
			until: 'run',
			prefixesOf: (run) => [`${encodeURIComponent(topicOf(run))}/${invertRunId(run.id)}`],
			runOf: (key) => invertedIn(partOf(key, 1)),
		},
		exported: 'yes',
	},
	{ name: 'feedback', holds: 'ratings', owner: ENCODED, kept: RUN_IN_WORKSPACE, exported: 'yes' },
	{
		name: 'function-answers',
		holds: 'answers by the functions that stand for them',
		owner: ENCODED,
		kept: RUN_IN_WORKSPACE,
		exported: 'yes',
	},
	{
		name: 'engagements',
		holds: 'conversations in which the bot listens',
		owner: { by: 'conversation', conversationOf: (key) => key.slice(0, key.lastIndexOf('/')) },
		kept: UNTIL_DELETED,
		exported: 'yes',
	},
	{
		name: 'usage',
		holds: 'counts of what questions cost',
		owner: ENCODED,
		kept: { until: 'days', days: USAGE_DAYS, since: dayIn(1) },
		exported: 'yes',
	},
	{ name: 'day-counts', holds: 'sums of days', owner: ENCODED, kept: { until: 'days', days: 8, since: dayIn(1) }, exported: 'yes' },
	{
		name: 'question-rates',
		holds: 'counts of the last minute',
		owner: ENCODED,
		kept: { until: 'days', days: 1, since: (_key, value) => lastOf(fieldOf(value, 'asked')), inValue: true },
		exported: 'short-lived',
	},
	{
		name: 'budget-admissions',
		holds: 'events that were counted',
		owner: ENCODED,
		kept: { until: 'days', days: 2, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{ name: 'toolsets', holds: 'connected APIs', ...OF_WORKSPACE, owner: plain(1) },
	{ name: 'toolset-documents', holds: 'API documents', ...OF_WORKSPACE, owner: plain(2) },
	{ name: 'toolset-credentials', holds: 'credentials of APIs', ...OF_WORKSPACE, owner: plain(2), exported: 'secret' },
	{
		name: 'toolset-refreshes',
		holds: 'API documents that nobody has confirmed',
		owner: plain(1),
		kept: { until: 'days', days: 1, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{ name: 'tool-vectors', holds: 'vectors of tools', ...OF_WORKSPACE, exported: 'made-anew' },
	{ name: 'function-versions', holds: 'functions', ...OF_WORKSPACE },
	{ name: 'function-examples', holds: 'examples of functions', ...OF_WORKSPACE },
	{ name: 'function-numbers', holds: 'numbers of deleted functions', ...OF_WORKSPACE },
	{
		name: 'function-changes',
		holds: 'notes of changed functions',
		owner: ENCODED,
		kept: { until: 'days', days: 1, since: (key) => Number.parseInt(partOf(key, 1), 10) },
		exported: 'made-anew',
	},
	{
		name: 'function-imports',
		holds: 'imports that nobody has confirmed',
		owner: WHOLE,
		kept: { until: 'days', days: 1, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{ name: 'first-run', holds: 'marks of a first start', ...OF_WORKSPACE, owner: WHOLE },
	{ name: 'slack-installations', holds: 'installations in Slack', ...OF_WORKSPACE, owner: ofPlatform('slack'), exported: 'secret' },
	{ name: 'slack-organisations', holds: 'organisations in Slack', ...OF_WORKSPACE, owner: ofPlatform('slack') },
	{
		name: 'slack-inbox',
		holds: 'deliveries of Slack',
		owner: {
			by: 'value',
			workspacesOf: (_key, value) => named('slack:', fieldOf(value, 'body', 'team_id'), fieldOf(value, 'body', 'team', 'id')),
		},
		kept: { until: 'days', days: 1, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{
		name: 'discord-inbox',
		holds: 'deliveries of Discord',
		owner: { by: 'value', workspacesOf: (_key, value) => workspacesOfLetter(fieldOf(value, 'body')) },
		kept: { until: 'days', days: 1, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{
		name: 'discord-interactions',
		holds: 'permissions to change an answer in Discord',
		owner: { by: 'conversation', conversationOf: (key) => `discord:~${key}` },
		kept: { until: 'days', days: 1, since: timeIn('until'), inValue: true },
		exported: 'secret',
	},
	{
		name: 'discord-direct',
		holds: 'direct channels of Discord',
		owner: { by: 'conversation', conversationOf: (key) => `discord:${key}` },
		kept: { until: 'days', days: MESSAGE_DAYS, since: timeIn('at'), inValue: true },
		exported: 'short-lived',
	},
	{
		name: 'discord-homes',
		holds: 'servers that people last asked in',
		owner: { by: 'value', workspacesOf: (key, value) => [...named('discord:', fieldOf(value, 'guild')), `discord:@${key}`] },
		kept: UNTIL_DELETED,
		exported: 'made-anew',
	},
	{ name: 'discord-seen', holds: 'moments of connection', ...OF_PROCESS },
	{ name: 'discord-commands', holds: 'registrations of commands', ...OF_PROCESS },
	{ name: 'health', holds: 'probes', ...OF_PROCESS },
	{ name: 'schema', holds: 'versions of the database', ...OF_PROCESS },
	// What earlier versions wrote, and migrations have left.
	{ name: 'functions', holds: 'functions of an earlier version', ...OF_WORKSPACE, owner: plain(1) },
	{ name: 'slack-threads', holds: 'threads of an earlier version', ...OF_PROCESS },
	{
		name: 'runs',
		holds: 'questions',
		owner: ENCODED,
		kept: {
			until: 'run',
			prefixesOf: ({ id, workspaceId }) => [`${encodeURIComponent(workspaceId)}/${invertRunId(id)}`],
			runOf: (key) => invertedIn(partOf(key, 1)),
		},
		exported: 'yes',
	},
];

/** Of Discord: of a server, or of a person outside of one. */
function workspacesOfLetter(body: unknown): readonly string[] {
	const servers = named('discord:', fieldOf(body, 'guild'), fieldOf(body, 'asking', 'guild'));
	return servers.length > 0 ? servers : named('discord:@', fieldOf(body, 'user'), fieldOf(body, 'asking', 'user'));
}

function named(begin: string, ...ids: readonly unknown[]): readonly string[] {
	return ids.flatMap((id) => (typeof id === 'string' ? [begin + id] : []));
}

/** Ids of messages say when they were posted: in Slack it is the time, in Discord it begins with it, counted from 2015. Those of files do not. */
function timeOfMessage(id: unknown): number | undefined {
	if (typeof id !== 'string') return undefined;
	if (/^\d{10}\.\d+$/.test(id)) return Number(id) * 1000;
	return /^\d{17,20}$/.test(id) ? Number(BigInt(id) >> 22n) + DISCORD_EPOCH : undefined;
}

function lastOf(times: unknown): number | undefined {
	const numbers = Array.isArray(times) ? times.filter((time) => typeof time === 'number') : [];
	return numbers.length === 0 ? undefined : Math.max(...numbers);
}
