import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Discord } from '../../simulators/discord/discord.ts';
import { compileCache } from '../compile-cache.ts';
import { openDiscordWorld } from './bot-process.ts';
import { asBot, commanded } from './people-see.ts';

const SCRIPT = path.join(import.meta.dirname, '../../../scripts/discord-register.ts');
const MENU = ['Ask about this', 'ask', 'functions', 'help', 'runs', 'settings', 'toolset', 'usage'];

function namesOf(commands: ReturnType<Discord['commands']>): string[] {
	return commands.map(({ name }) => name).sort();
}

/** A place for the storage that several programs share. */
async function storageFor(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-registration-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return `sqlite://${path.join(folder, 'toolcoder.sqlite')}`;
}

interface Registered {
	readonly status: number;
	readonly output: string;
}

/** `npm run discord:register` */
function register(environment: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Registered> {
	return new Promise((resolve) => {
		const options = { env: { ...compileCache(), ...environment }, cwd: tmpdir() };
		execFile(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, ...args], options, (error, stdout, stderr) => {
			resolve({ status: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
		});
	});
}

test('commands are registered at the start, or by hand, where they are not', async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { guilds: [{ name: 'Films' }, { name: 'Workshop' }] });
	const [workshop, shared] = [discord.guild('Workshop'), { DATABASE_URL: await storageFor(context) }];
	const environment = { ...shared, DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };

	await context.test('at the first start', async () => {
		const [bot] = await start(shared);
		assert.deepEqual(namesOf(discord.commands()), MENU);
		assert.deepEqual(discord.commands('Films'), []);
		await bot?.end();
		assert.equal(discord.registrations, 1);
	});

	await context.test('not when they are the same', async () => {
		const { status, output } = await register(environment);
		assert.match(output, /^The commands have not changed since they were registered everywhere; --force registers them all the same\.\n$/);
		assert.equal(status, 0);
		const [bot] = await start(shared);
		await bot?.end('SIGKILL');
		assert.equal(discord.registrations, 1);
		assert.equal(discord.calls.filter(({ route }) => route.includes('/commands')).length, 1, 'nor are they asked for');
	});

	await context.test('in the one server that is named', async () => {
		await start({ ...shared, DISCORD_GUILD: workshop });
		assert.deepEqual(namesOf(discord.commands('Workshop')), MENU);
		assert.equal(discord.registrations, 2);
		const wes = discord.person('wes', { guild: 'Workshop' });
		await commanded(discord, wes, 'help', {}, /Type a question/, discord.channel('general', { guild: 'Workshop' }));
	});

	await context.test('in any case when told so', async () => {
		await asBot(discord, 'PUT', `/applications/${discord.applicationId}/commands`, []);
		assert.deepEqual(discord.commands(), []);
		assert.deepEqual(await register(environment, ['--force']), { status: 0, output: 'The commands are registered everywhere.\n' });
		assert.deepEqual(namesOf(discord.commands()), MENU);
	});
});

test('who registers commands is told what to set', { concurrency: true }, async (context) => {
	const { discord, start } = await openDiscordWorld(context);
	const shared = { DATABASE_URL: await storageFor(context), DISCORD_API_URL: discord.apiUrl };
	const elsewhere = { DISCORD_GUILD: '100000000000000001' };
	const wrong: readonly (readonly [environment: Record<string, string>, words: RegExp])[] = [
		[{}, /^DISCORD_TOKEN is not set\. .*\n$/],
		[{ DISCORD_TOKEN: `${discord.token.slice(0, -3)}xyz` }, /^Discord no longer accepts the token of this bot\. .*DISCORD_TOKEN\.\n$/],
		[{ DISCORD_TOKEN: discord.token, ...elsewhere }, /^The bot is not in the server that DISCORD_GUILD names\. .*\n$/],
	];
	await Promise.all([
		...wrong.map(async ([environment, words]) => {
			const { status, output } = await register({ ...shared, ...environment });
			assert.match(output, words);
			assert.equal(status, 1);
		}),
		assert.rejects(start(elsewhere), /The bot did not start:\n(?:.*\n)*The bot is not in the server that DISCORD_GUILD names\./),
	]);
	assert.equal(discord.registrations, 0);
});
