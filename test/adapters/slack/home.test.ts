import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Person, type Slack, type View, visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld } from './bot-process.ts';
import { hasButton, heard, SAMPLE, SAMPLE_ANSWER, seen, told, writtenTo } from './people-see.ts';

function words({ blocks }: View): string {
	return visibleText({ text: '', blocks });
}

/** Opens the home of the app until it reads so. */
async function home(slack: Slack, person: Person, wanted: RegExp): Promise<View> {
	await person.openHome();
	return slack.until(() => {
		const view = slack.home(person);
		return view && wanted.test(words(view)) ? view : undefined;
	});
}

test('the home of the app', { concurrency: true }, async (context) => {
	const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
	await start();
	const [dana, sam] = [slack.person('dana'), slack.person('sam')];

	await context.test('tells everybody what it does and what is connected', async () => {
		const view = await home(slack, dana, /Questions answered by programs/);
		assert.match(words(view), new RegExp(`\\*Ask\\* by mentioning <@${slack.botUser()}>`));
		assert.match(words(view), /No model is configured.*• How many movies did Sofia Coppola direct\?/s);
		assert.match(words(view), /APIs\n`movies` {2}.+ · \d+ tools/);
		assert.doesNotMatch(words(view), /Your questions|Functions used most/);
		assert.ok(!hasButton(view, 'Connect an API'));
	});

	await context.test('shows the questions of whoever looks, and the functions that are used', async () => {
		const thread = await dana.say('films', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		await told(slack, dana, '/functions list', 'films', /countDirectedMovies/);
		const again = await dana.say('films', SAMPLE, { mention: true });
		await seen(slack, again, SAMPLE_ANSWER);
		await told(slack, dana, '/runs', 'films', /answered.*answered/s);
		const hers = words(await home(slack, dana, /Your questions/));
		assert.match(hers, /Functions used most\n`countDirectedMovies` {2}Counts the feature films a person directed\. · \d+ uses?/);
		assert.match(hers, /Your questions\nHow many movies did Sofia Coppola direct\?\n✅ answered/);
		assert.ok(hers.includes(`/archives/${again.channel}/p${again.ts.replace('.', '')}|thread>`), hers);
		const his = words(await home(slack, sam, /Functions used most/));
		assert.doesNotMatch(his, /Your questions|✅ answered/);
	});

	await context.test('lets admins connect an API', async () => {
		const [ada, eve] = [slack.person('ada', { admin: true }), slack.person('eve', { admin: true })];
		const view = await home(slack, ada, /APIs/);
		await ada.click(view, 'Connect an API');
		await slack.until(() => slack.views(ada).some(({ title }) => title === 'Connect an API'));

		const before = await home(slack, eve, /APIs/);
		slack.setAdmin(eve, false);
		await eve.click(before, 'Connect an API');
		await writtenTo(slack, eve, /Only an admin may connect APIs or set credentials/);
		assert.deepEqual(slack.views(eve), []);
	});

	await context.test('says that nothing is connected, and who can change that', async () => {
		const ada = slack.person('ada', { admin: true });
		await ada.command('/toolset remove movies', 'films');
		await ada.click(await heard(slack, ada, /`movies` has .*\s+Disconnect it\?/), 'Yes, do it');
		await heard(slack, ada, /Disconnected `movies`/);
		await home(slack, ada, /APIs\nNo API is connected yet\.\nConnect an API/);
		await home(slack, sam, /APIs\nNo API is connected yet\. An admin of this workspace can connect one\./);
	});
});

test('the messages tab suggests what this person has asked, and nothing of others', async (context) => {
	const environment = await modelEnvironment(context, (stage, prompt) => {
		const [, film = ''] = /Name (\w+)\./.exec(prompt) ?? [];
		const head = `async function name${film}(): Promise<string>`;
		const call = `const name = await name${film}();\nreturn answer(\`The name is \${name}.\`, name);`;
		if (stage === 'scaffold') return `${head} {}\n${call}`;
		return stage === 'plan' ? `${head} {\n  // 1. Say it.\n}` : `${head} { return '${film}'; }\n${call}`;
	});
	const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
	await start(environment);
	const [dana, sam] = [slack.person('dana'), slack.person('sam')];
	for (const [person, question, film] of [
		[dana, 'Name Secret.', 'Secret'],
		[sam, 'Name Heat.', 'Heat'],
	] as const) {
		await seen(slack, await person.say('im', question), new RegExp(`The name is ${film}\\.`));
		await told(slack, person, '/runs', 'films', /answered/);
		await person.openMessages();
		const prompts = await slack.until(() => (slack.prompts(person).length > 0 ? slack.prompts(person) : undefined));
		assert.deepEqual(prompts, [{ title: question, message: question }]);
	}
});
