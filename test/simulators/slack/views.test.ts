import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { withSlack } from './with-slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const FORM: ModalView = {
	type: 'modal',
	callback_id: 'form',
	title: plain('Connect'),
	submit: plain('Save'),
	notify_on_close: true,
	blocks: [
		{ type: 'input', block_id: 'name', label: plain('Name'), element: { type: 'plain_text_input', action_id: 'name' } },
		{ type: 'input', block_id: 'file', label: plain('File'), optional: true, element: { type: 'file_input', action_id: 'file' } },
	],
};
const MESSAGE = { ...FORM, callback_id: 'message', notify_on_close: false, blocks: [{ type: 'divider' }] } as ModalView;

/** The form answers by what is typed into it. */
function answerForms(bolt: App): void {
	bolt.command('/toolset', async ({ ack, client, command }) => {
		await ack();
		await client.views.open({ trigger_id: command.trigger_id, view: FORM });
	});
	bolt.view({ type: 'view_closed', callback_id: 'form' }, async ({ ack }) => ack());
	bolt.view('form', async ({ ack, view, client, body }) => {
		const { value } = view.state.values.name?.name ?? {};
		if (value === 'wrong') return ack({ response_action: 'errors', errors: { name: 'Taken' } });
		if (value === 'update') return ack({ response_action: 'update', view: MESSAGE });
		if (value === 'push') return ack({ response_action: 'push', view: MESSAGE });
		if (value === 'clear') return ack({ response_action: 'clear' });
		if (value === 'stray') return ack({ response_action: 'errors', errors: { nowhere: 'Taken' } });
		await ack();
		const [file] = view.state.values.file?.file?.files ?? [];
		const text = file?.id ? `got ${(await client.files.info({ file: file.id })).file?.name}` : `saved ${value}`;
		const channel = (await client.conversations.open({ users: body.user.id })).channel?.id ?? '';
		await client.chat.postMessage({ channel, text });
	});
}

test('a form is opened by a trigger, refused, and answered in every way', async (t) => {
	const { slack, boltApp } = await withSlack(t, { rateLimit: false });
	await boltApp('http', answerForms);
	const dana = slack.person('dana', { admin: true });
	const open = async () => {
		await dana.command('/toolset add', 'films');
		return slack.until(() => slack.views(dana).at(-1));
	};
	const form = await open();
	await assert.rejects(() => dana.submit(form), /"Name" must be filled in/);
	await assert.rejects(() => dana.submit(form, { nmae: 'x' }), /no field "nmae"/);
	await assert.rejects(() => slack.person('erin').submit(form, { name: 'x' }), /does not see/);
	await assert.rejects(() => dana.submit(form, { name: 'stray' }), /invalid_errors/);
	assert.deepEqual((await dana.submit(form, { name: 'wrong' }))?.errors, { name: 'Taken' });
	const above = await dana.submit(form, { name: 'push' });
	assert.deepEqual([above?.callbackId, slack.views(dana).length], ['message', 2]);
	await assert.rejects(() => dana.submit(form, { name: 'x' }), /lies under another/);
	if (above) await dana.close(above);
	assert.equal((await dana.submit(form, { name: 'update' }))?.callbackId, 'message');
	assert.equal(slack.views(dana)[0]?.id, form.id);
	await open();
	assert.equal(slack.views(dana).length, 1);
	assert.equal(await dana.submit(await open(), { name: 'clear' }), undefined);
	assert.equal(await dana.submit(await open(), { Name: 'films' }), undefined);
	await slack.until(() => /saved films/.test(slack.transcriptText()));
	await dana.submit(await open(), { name: 'x', file: await dana.upload('api.yaml', 'openapi: 3.1.0') });
	await slack.until(() => /got api.yaml/.test(slack.transcriptText()));
	await dana.close(await open());
	assert.equal(slack.deliveries.at(-1)?.type, 'view_closed');
});

test('a trigger is good once and for three seconds', async (t) => {
	const { slack, boltApp } = await withSlack(t);
	const errors: unknown[] = [];
	await boltApp('socket', (bolt) => {
		bolt.command('/toolset', async ({ ack, client, command }) => {
			await ack();
			const open = () => client.views.open({ trigger_id: command.trigger_id, view: MESSAGE });
			if (command.text === 'late') await sleep(3050);
			await open().catch((error) => errors.push(error.data.error));
			await open().catch((error) => errors.push(error.data.error));
		});
	});
	await slack.person('dana').command('/toolset', 'films');
	await slack.person('dana').command('/toolset late', 'films');
	await slack.until(() => errors.length === 3);
	assert.deepEqual(errors, ['exchanged_trigger_id', 'expired_trigger_id', 'expired_trigger_id']);
});

test('the Home tab is published, and its buttons are heard', async (t) => {
	const { slack, boltApp } = await withSlack(t);
	const tabs: unknown[] = [];
	const connect = { type: 'button', action_id: 'connect', text: plain('Connect a toolset'), confirm: undefined } as const;
	await boltApp('socket', (bolt) => {
		bolt.event('app_home_opened', async ({ event, client }) => {
			tabs.push(event.tab);
			if (event.tab !== 'home') return;
			await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'actions', elements: [connect] }] } });
		});
		bolt.action('connect', async ({ ack, body, client }) => {
			await ack();
			if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: FORM });
		});
	});
	const dana = slack.person('dana');
	await dana.openMessages();
	await dana.openHome();
	const home = await slack.until(() => slack.home(dana));
	assert.deepEqual(tabs, ['messages', 'home']);
	await dana.click(home, 'Connect a toolset');
	assert.equal((await slack.until(() => slack.views(dana)[0])).title, 'Connect');
	await assert.rejects(() => slack.person('erin').click(home, 'connect'), /does not see/);
});
