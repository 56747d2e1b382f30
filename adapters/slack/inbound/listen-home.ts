import type { App } from '@slack/bolt';
import { byUse } from '../../../commands/functions/describe.ts';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { isOffered } from '../../../src/repository/function-state.ts';
import type { Run } from '../../../src/runs/run.ts';
import { shorten } from '../../shared/shorten.ts';
import type { Parts } from '../parts.ts';
import { placeOf, workspaceOf } from '../place.ts';
import { type HomeData, homeView } from '../views/home.ts';

const RUNS = 5;
const FUNCTIONS = 5;
/** Slack shows four (docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts). */
const PROMPTS = 4;
/** Runs looked at for questions that were answered. */
const ASKED = 20;
const PROMPT_TITLE = 60;

/** The two tabs people open the app with: its home, and the direct messages. */
export function listenForHome(app: App, parts: Parts): void {
	app.event('app_home_opened', async ({ event, context }) => {
		const team = context.teamId;
		if (!team) return;
		try {
			if (event.tab === 'messages') await suggestPrompts(team, event.user, event.channel, parts);
			else await publishHome(team, event.user, parts);
		} catch (error) {
			parts.logger.warn({ err: error, tab: event.tab }, 'the app could not be shown');
		}
	});
}

async function publishHome(team: string, user: string, parts: Parts): Promise<void> {
	const view = homeView(await homeData(team, user, parts));
	await parts.outbound.call(team, (client) => client.views.publish({ user_id: user, view }));
}

async function homeData(team: string, user: string, parts: Parts): Promise<HomeData> {
	const { services, people, access, modelConfigured } = parts;
	const workspaceId = workspaceOf(team);
	const [records, functions, runs, isAdmin, botUserId] = await Promise.all([
		services.catalogue.list(workspaceId),
		services.functions.list(workspaceId),
		services.runs.recent(workspaceId, { askedBy: user, limit: RUNS }),
		people.isAdmin(team, user),
		access.botUserId(team),
	]);
	const loaded = await services.catalogue.toolsets(workspaceId);
	const toolsets = records.map(({ name }) => {
		const toolset = loaded.find((candidate) => candidate.name === name);
		return { name, title: toolset?.title ?? '', tools: toolset?.tools.size };
	});
	return {
		botUserId,
		isAdmin,
		toolsets,
		functions: offeredByUse(functions).slice(0, FUNCTIONS),
		runs: await Promise.all(runs.map(async (run) => ({ ...run, link: await linkTo(run, parts) }))),
		sampleQuestions: modelConfigured ? [] : services.sampleQuestions,
	};
}

/** Of each function that is offered the version that is used most, the most used first. */
export function offeredByUse(records: readonly FunctionRecord[]): FunctionRecord[] {
	const versions = Map.groupBy(byUse(records.filter(isOffered)), ({ name }) => name);
	return [...versions.values()].flatMap(([most]) => most ?? []);
}

/** To the thread; without one, the run is shown as it is. */
async function linkTo(run: Run, { outbound }: Parts): Promise<string | undefined> {
	const place = placeOf(run.conversation);
	if (!place) return undefined;
	const asked = { channel: place.channel, message_ts: place.threadTs };
	return outbound
		.call(place.team, (client) => client.chat.getPermalink(asked))
		.then(
			({ permalink }) => permalink,
			() => undefined,
		);
}

/** What this person has asked with success lately; what others ask is theirs to tell. Then the samples. */
async function suggestPrompts(team: string, user: string, channel: string, { services, outbound }: Parts): Promise<void> {
	const runs = await services.runs.recent(workspaceOf(team), { askedBy: user, limit: ASKED });
	const asked = runs.filter(({ status }) => status === 'answered').map(({ question }) => question.text);
	const questions = [...new Set([...asked, ...services.sampleQuestions])].slice(0, PROMPTS);
	if (questions.length === 0) return;
	const prompts = questions.map((message) => ({ title: shorten(message, PROMPT_TITLE - 1), message }));
	await outbound.call(team, (client) =>
		client.assistant.threads.setSuggestedPrompts({ channel_id: channel, title: 'Ask, for example', prompts: prompts as never }),
	);
}
