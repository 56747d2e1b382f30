import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { createInteractionTokens } from '../../../../adapters/discord/outbound/interaction-tokens.ts';
import { UserError } from '../../../../src/errors.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import { logger } from './outbound-fixture.ts';

const LAPSED = (error: unknown) => error instanceof UserError && error.code === 'not-found' && /15 minutes/.test(error.userMessage);

describe('the token of an interaction', () => {
	it('is known to every process, for 15 minutes', async (context) => {
		const storage = await openStorage('sqlite://:memory:', { logger });
		context.after(() => storage.close());
		const [tokens, others] = [createInteractionTokens(storage), createInteractionTokens(storage)];
		await tokens.keep('1', 'token-1');
		assert.equal(await others.of('1'), 'token-1');
		const now = Date.now();
		const clock = mock.method(Date, 'now', () => now + 14 * 60_000);
		assert.equal(await tokens.of('1'), 'token-1');
		clock.mock.mockImplementation(() => now + 15 * 60_000 + 1);
		await assert.rejects(tokens.of('1'), LAPSED);
		clock.mock.restore();
		await assert.rejects(others.of('1'), LAPSED, 'what has lapsed is not kept');
	});

	it('is forgotten when it is not needed any more, and unknown before it is kept', async (context) => {
		const storage = await openStorage('sqlite://:memory:', { logger });
		context.after(() => storage.close());
		const tokens = createInteractionTokens(storage);
		await assert.rejects(tokens.of('1'), LAPSED);
		await tokens.keep('1', 'token-1');
		await tokens.forget('1');
		await tokens.forget('1');
		await assert.rejects(tokens.of('1'), LAPSED);
	});
});
