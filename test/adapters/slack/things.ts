import type { TestContext } from 'node:test';
import { type CountingApi, type CountingApiOptions, startCountingApi } from '../../pipeline/counting-api.ts';
import { type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';

/** An API on which every write counts, connected under this name by the form and an upload. Its bot needs ALLOW_PRIVATE_HOSTS=127.0.0.1. */
export async function connectThings(
	context: TestContext,
	slack: Slack,
	admin: Person,
	name: string,
	options?: CountingApiOptions,
): Promise<CountingApi> {
	const api = await startCountingApi(options);
	context.after(() => api.close());
	await connectDocument(slack, admin, name, api.document);
	return api;
}

/** Connects an API by the form and an upload of its document. */
export async function connectDocument(slack: Slack, admin: Person, name: string, document: string): Promise<void> {
	await admin.command('/toolset add', 'administration');
	const form = await slack.until(() => slack.views(admin).find(({ title }) => title === 'Connect an API'));
	const file = await admin.upload(`${name}.json`, document);
	await admin.submit(form, { name, file });
	await slack.until(() => slack.views(admin).some((view) => visibleText({ text: '', blocks: view.blocks }).startsWith('Connected')));
	await admin.close(form);
}
