import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Inbox } from '../../../../adapters/shared/inbox.ts';
import { DurableApp } from '../../../../adapters/slack/inbound/durable-app.ts';
import { UserError } from '../../../../src/errors.ts';

test('an event that cannot be written down is not acknowledged, and the log has the cause', async () => {
	const lines: { readonly err?: { readonly message: string }; readonly key?: string }[] = [];
	const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
	const inbox: Pick<Inbox, 'accept'> = { accept: () => Promise.reject(new UserError('storage', 'The disk is full.')) };
	const app = new DurableApp({ signingSecret: 'a secret', authorize: async () => ({}), convoStore: false }, inbox as Inbox, logger);
	let acknowledged = false;
	const event = {
		body: { type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } },
		ack: async () => {
			acknowledged = true;
		},
	};
	await assert.rejects(app.processEvent(event), /The disk is full\./);
	assert.equal(acknowledged, false);
	assert.deepEqual(
		lines.map(({ err, key }) => [err?.message, key]),
		[['The disk is full.', 'event/Ev1']],
	);
});
