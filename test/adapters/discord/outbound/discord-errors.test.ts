import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Client, REST } from 'discord.js';
import { createClient } from '../../../../adapters/discord/access/create-client.ts';
import { explainDiscordError } from '../../../../adapters/discord/outbound/discord-errors.ts';
import { failureOf, refusalOf } from '../../../../adapters/discord/outbound/discord-failure.ts';
import { UserError } from '../../../../src/errors.ts';
import { type Discord, type Fault, startDiscord } from '../../../simulators/discord/discord.ts';
import { logger } from './outbound-fixture.ts';

const ROUTE = 'GET /users/@me';

describe('a failed call of the API', () => {
	let discord: Discord;
	let client: Client;
	beforeEach(async () => {
		discord = await startDiscord();
		client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
		client.rest.setToken(discord.token);
	});
	afterEach(async () => {
		await client.destroy();
		await discord.close();
	});

	async function failureOfCall(api: REST = client.rest): Promise<unknown> {
		try {
			await api.get('/users/@me');
		} catch (error) {
			return error;
		}
		return assert.fail('the call should have failed');
	}
	async function failureWith(fault: Fault, times = 4): Promise<unknown> {
		discord.faults.next(ROUTE, fault, times);
		return failureOfCall();
	}

	const failures: readonly (readonly [name: string, fault: Fault, kind: string, calls: number])[] = [
		['a refusal', { status: 403, code: 50_013 }, 'refused', 1],
		['something that is not there', { status: 404, code: 10_003 }, 'refused', 1],
		['a page of a firewall', { html: true, status: 403 }, 'refused', 1],
		['a token that is not accepted', { status: 401 }, 'refused', 1],
		['a timeout of Discord', { status: 408 }, 'unknown', 1],
		['500', { status: 500 }, 'unknown', 4],
		['503 with a page', { html: true, status: 503 }, 'unknown', 4],
		['a page with status 200', { html: true, status: 200 }, 'unknown', 4],
		['a connection cut before it was processed', { drop: 'before' }, 'unknown', 4],
		['a connection cut afterwards', { drop: 'after' }, 'unknown', 4],
	];
	for (const [name, fault, kind, calls] of failures) {
		it(`is told from others: ${name}`, async () => {
			assert.deepEqual(failureOf(await failureWith(fault)), { kind });
			assert.equal(discord.calls.length, calls);
		});
	}

	it('is told from others: no answer in time', async () => {
		const hasty = new REST({ api: discord.apiUrl, timeout: 100, retries: 0 }).setToken(discord.token);
		discord.faults.next(ROUTE, { delayMs: 1000 });
		assert.deepEqual(failureOf(await failureOfCall(hasty)), { kind: 'unknown' });
		hasty.clearHashSweeper();
		hasty.clearHandlerSweeper();
	});

	it('is told from others: nobody listens', async () => {
		const closed = createServer().listen(0, '127.0.0.1');
		await once(closed, 'listening');
		const address = closed.address();
		assert.ok(address && typeof address === 'object');
		closed.close();
		await once(closed, 'close');
		client.rest.options.api = `http://127.0.0.1:${address.port}/api`;
		const error = await failureOfCall();
		assert.deepEqual(failureOf(error), { kind: 'unreached' });
		assert.match(explainDiscordError(error)?.userMessage ?? '', /cannot be reached from the machine the bot runs on/);
	});

	it('is told from others: nobody listens at any address of the host', () => {
		const refused = (code: string) => Object.assign(new Error('connect'), { code });
		const failed = (...codes: string[]) => failureOf(new AggregateError(codes.map(refused)));
		assert.deepEqual(failed('ECONNREFUSED', 'ENETUNREACH'), { kind: 'unreached' });
		assert.notDeepEqual(failed('ECONNREFUSED', 'ECONNRESET'), { kind: 'unreached' });
	});

	it('waits out a rate limit, which is no failure', async () => {
		discord.faults.next(ROUTE, { status: 429, retryAfter: 0.1 });
		await client.rest.get('/users/@me');
		assert.equal(discord.calls.length, 2);
	});

	const explained: readonly (readonly [status: number, code: number, kind: string, words: RegExp])[] = [
		[403, 50_001, 'not-allowed', /View Channel/],
		[403, 50_013, 'not-allowed', /lacks a permission here: it needs .*Send Messages in Threads/],
		[400, 50_083, 'not-allowed', /archived and locked/],
		[403, 160_005, 'not-allowed', /archived and locked/],
		[400, 160_006, 'not-allowed', /as many open threads/],
		[404, 10_003, 'not-found', /gone/],
		[404, 10_008, 'not-found', /deleted/],
		[404, 10_062, 'bad-input', /took too long/],
		[404, 10_015, 'bad-input', /took too long/],
		[401, 50_027, 'bad-input', /took too long/],
		[403, 50_007, 'not-allowed', /direct messages/],
		[413, 40_005, 'bad-input', /too large/],
		[400, 200_000, 'not-allowed', /AutoMod/],
		[400, 50_035, 'internal', /could not draw/],
		[401, 0, 'configuration', /no longer accepts the token.*DISCORD_TOKEN/],
		[400, 99_999, 'internal', /code 99999/],
	];
	for (const [status, code, kind, words] of explained) {
		it(`is explained: ${code} with status ${status}`, async () => {
			const told = explainDiscordError(await failureWith({ status, code }));
			assert.equal(told?.code, kind);
			assert.match(told?.userMessage ?? '', words);
			assert.equal(refusalOf(told?.cause), code);
		});
	}

	it('is explained, and may be made again, when Discord wants to be left alone for long', async () => {
		for (const global of [false, true]) {
			const error = await failureWith({ status: 429, retryAfter: 30, global }, 1);
			const failure = failureOf(error);
			assert.ok(failure?.kind === 'rate-limited' && Math.abs(failure.retryAfterMs - 30_000) < 1_000, JSON.stringify(failure));
			assert.match(
				explainDiscordError(error)?.userMessage ?? '',
				/sending more than Discord takes at the moment\. Try again in a few minutes/,
			);
		}
		assert.equal(discord.calls.length, 2);
	});

	it('is explained when the token was refused before', async () => {
		const plain = new REST({ api: discord.apiUrl }).setToken(discord.token);
		discord.faults.next(ROUTE, { status: 401 });
		await failureOfCall(plain);
		const later = explainDiscordError(await failureOfCall(plain));
		plain.clearHashSweeper();
		plain.clearHandlerSweeper();
		assert.equal(later?.code, 'configuration');
		assert.match(later?.userMessage ?? '', /no longer accepts the token/);
	});

	it('is explained when nobody refused it, without any text of others', async () => {
		for (const fault of [{ html: true }, { html: true, status: 200 }, { status: 500 }, { drop: 'after' }] as const) {
			const told = explainDiscordError(await failureWith(fault));
			assert.equal(told?.code, 'network');
			assert.match(told?.userMessage ?? '', /did not answer as it should/);
			discord.faults.clear();
		}
		const blocked = explainDiscordError(await failureWith({ html: true, status: 403 }));
		assert.match(blocked?.userMessage ?? '', /\(status 403\)/);
		assert.doesNotMatch(blocked?.userMessage ?? '', /cloudflare|NaN|undefined/);
	});

	it('is all that is explained', () => {
		for (const other of [new Error('x'), new UserError('storage', 'x'), new TypeError('x'), undefined, 'x', { code: 50_013 }]) {
			assert.equal(explainDiscordError(other), undefined);
		}
	});
});
