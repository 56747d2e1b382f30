import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Check, runChecks } from '../../src/checks/check.ts';
import { UserError } from '../../src/errors.ts';

const checkThat = (settings: string, run: Check['run']): Check => ({ settings, run });
const failing = (error: unknown) => () => Promise.reject(error);

describe('runChecks', () => {
	it('tells what is wrong from what is away, in the order of the checks', async () => {
		const findings = await runChecks([
			checkThat('A', failing(new UserError('network', 'Nobody\n  answers.'))),
			checkThat('B', async () => 'It is there.'),
			checkThat('C', failing(new UserError('configuration', 'The key is refused.'))),
			checkThat('D', async () => undefined),
			checkThat('E', failing(new UserError('model-unavailable', 'The server is down.'))),
		]);
		assert.deepEqual(
			findings.map(({ settings, kind, text }) => [settings, kind, text]),
			[
				['A', 'away', 'Nobody answers.'],
				['B', 'works', 'It is there.'],
				['C', 'wrong', 'The key is refused.'],
				['E', 'away', 'The server is down.'],
			],
		);
	});

	it('shows nothing of an error that nobody expected', async () => {
		const thrown = () => {
			throw new TypeError('raw words');
		};
		const [finding] = await runChecks([checkThat('A', thrown)]);
		assert.equal(finding?.kind, 'wrong');
		assert.doesNotMatch(finding?.text ?? '', /raw words/);
	});

	it('does not wait for one that never ends, and aborts it', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		const endless = (signal: AbortSignal) => {
			signal.addEventListener('abort', () => resolve());
			return new Promise<string>(() => {});
		};
		const [late, other] = await runChecks([checkThat('A', endless), checkThat('B', async () => 'It is there.')], 5);
		assert.deepEqual([late?.kind, other?.kind], ['away', 'works']);
		await promise;
	});
});
