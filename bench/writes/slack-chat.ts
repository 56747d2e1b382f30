import type { Bot } from '../../test/adapters/bot-child.ts';
import { openSlackWorld } from '../../test/adapters/slack/bot-process.ts';
import { freePort } from '../../test/adapters/slack/free-port.ts';
import { hasButton, heard, postsIn } from '../../test/adapters/slack/people-see.ts';
import { oauthEnvironment } from '../../test/adapters/slack/slack-bench.ts';
import { type MessageRef, type Person, type Slack, visibleText } from '../../test/simulators/slack/slack.ts';
import { type Chat, createAftermath, LABELS, type Place } from './chat.ts';

/** Slack with so many workspaces, each of which has installed the bot. */
export async function openSlackChat(workspaces: number): Promise<Chat> {
	const aftermath = createAftermath();
	const teams = Array.from({ length: workspaces }, (_, number) => ({ id: `T0WRITES${number}`, name: `Writes ${number}` }));
	const { slack, start, logs } = await openSlackWorld(aftermath, { mode: 'socket' }, { workspaces: teams });
	const people = teams.map(({ id }) => slack.person('dana', { admin: true, team: id }));
	const port = String(await freePort());
	let bot: Bot | undefined;
	let installed = false;
	const personOf = (workspace: number) => known(people[workspace]);
	return {
		platform: 'Slack',
		async start(environment) {
			[bot] = await start({ ...environment, ...oauthEnvironment(slack), PORT: port });
			if (!installed) for (const person of people) await person.install(`http://127.0.0.1:${port}/slack/install`);
			installed = true;
		},
		kill: async () => bot?.end('SIGKILL'),
		async connect(workspace, name, source) {
			await personOf(workspace).command(`/toolset add ${name} ${source}`, 'administration');
			await heard(slack, personOf(workspace), /^Connected/);
		},
		async ask(workspace, text) {
			const person = personOf(workspace);
			return placeOf(slack, person, await person.say('music', text, { mention: true }));
		},
		logs,
		close: aftermath.perform,
	};
}

function placeOf(slack: Slack, person: Person, thread: MessageRef): Place {
	return {
		shown: () => postsIn(slack, thread).map(visibleText),
		cards: () =>
			postsIn(slack, thread).flatMap((message) => {
				const labels = LABELS.filter((label) => hasButton(message, label));
				if (labels.length === 0) return [];
				const press = async (label: string) => void (await person.click(message, label));
				return [{ id: message.ts, text: visibleText(message), labels, press }];
			}),
	};
}

function known<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('There is no such workspace.');
	return value;
}
