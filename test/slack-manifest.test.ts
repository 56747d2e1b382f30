import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type AppsManifestCreateArguments, WebClient } from '@slack/web-api';
import { BOT_SCOPES } from '../adapters/slack/access/scopes.ts';
import { ASK_ABOUT_THIS } from '../adapters/slack/render/action-ids.ts';
import { commandTable } from '../commands/table.ts';

const root = path.dirname(import.meta.dirname);
type Manifest = AppsManifestCreateArguments['manifest'];
const manifest: Manifest = JSON.parse(readFileSync(path.join(root, 'slack-manifest.json'), 'utf8'));
const source = globSync('adapters/slack/**/*.ts', { cwd: root })
	.map((file) => readFileSync(path.join(root, file), 'utf8'))
	.join('\n');

/** What a bot token needs for a method, from its page under docs.slack.dev/reference/methods. */
const HISTORY = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
	'agents.sessions.setStatus': ['chat:write'],
	// With the app-level token, which has a scope of its own.
	'apps.connections.open': [],
	'assistant.threads.setStatus': ['chat:write'],
	'assistant.threads.setSuggestedPrompts': ['assistant:write'],
	'auth.test': [],
	'chat.delete': ['chat:write'],
	'chat.postEphemeral': ['chat:write'],
	'chat.postMessage': ['chat:write'],
	'chat.update': ['chat:write'],
	'conversations.history': HISTORY,
	'conversations.open': ['im:write'],
	'conversations.replies': HISTORY,
	'files.completeUploadExternal': ['files:write'],
	'files.getUploadURLExternal': ['files:write'],
	'files.info': ['files:read'],
	'oauth.v2.access': [],
	'users.info': ['users:read'],
	'chat.getPermalink': [],
	'views.open': [],
	'views.publish': [],
	'views.update': [],
};

/** What an event of the code is called in the manifest, and the scopes of its page under docs.slack.dev/reference/events. */
const EVENTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
	agent_session_stopped: { agent_session_stopped: ['assistant:write'] },
	app_home_opened: { app_home_opened: [] },
	app_mention: { app_mention: ['app_mentions:read'] },
	app_uninstalled: { app_uninstalled: [] },
	message: {
		'message.channels': ['channels:history'],
		'message.groups': ['groups:history'],
		'message.im': ['im:history'],
		'message.mpim': ['mpim:history'],
	},
	tokens_revoked: { tokens_revoked: [] },
};

/** `chat.postMessage` and so on: every method that a client has, so that none is overlooked in the sources. */
function methodsOf(client: object, prefix = '', depth = 0): string[] {
	return Object.entries(client).flatMap(([name, value]) => {
		if (typeof value === 'function') return depth > 0 ? [prefix + name] : [];
		return typeof value === 'object' && value !== null && depth < 4 && /^[a-z]/i.test(name)
			? methodsOf(value, `${prefix}${name}.`, depth + 1)
			: [];
	});
}

const known = methodsOf(new WebClient(undefined, { retryConfig: { retries: 0 } }));
const methods = known.filter((method) => new RegExp(`\\.${method.replaceAll('.', '\\.')}\\b`).test(source));
const events = [...new Set([...source.matchAll(/\.event(?:<[^>]*>)?\(\s*['"]([\w.]+)['"]/g)].map((match) => match[1] ?? ''))].sort();
const shortcuts = [...source.matchAll(/\.shortcut\(\s*(?:\{[^}]*callback_id:\s*)?(?:['"]([\w-]+)['"]|(ASK_ABOUT_THIS))/g)].map(
	([, literal]) => literal ?? ASK_ABOUT_THIS,
);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe('what the code uses is found', () => {
	test('methods of the Web API', () => {
		assert.ok(known.length > 200, `only ${known.length} methods`);
		for (const method of ['chat.postMessage', 'views.open', 'users.info']) assert.ok(methods.includes(method), method);
		assert.deepEqual(
			methods.filter((method) => METHOD_SCOPES[method] === undefined),
			[],
			'say which scopes these methods need',
		);
		assert.doesNotMatch(source, /\.apiCall\(/, 'methods called by name are not seen by this test');
	});

	test('events', () => {
		assert.ok(events.includes('app_mention') && events.includes('message'), events.join());
		assert.deepEqual(
			events.filter((event) => EVENTS[event] === undefined),
			[],
			'say what these events are called in the manifest',
		);
	});
});

describe('the manifest', () => {
	test('subscribes to the events that are listened for, and to no other', () => {
		const subscribed = manifest.settings?.event_subscriptions?.bot_events ?? [];
		assert.deepEqual(subscribed, sorted(events.flatMap((event) => Object.keys(EVENTS[event] ?? {}))));
	});

	test('asks for the scopes that these events and methods need, and for no other', () => {
		const needed = [
			...methods.flatMap((method) => METHOD_SCOPES[method] ?? []),
			...events.flatMap((event) => Object.values(EVENTS[event] ?? {}).flat()),
			// Slash commands and shortcuts.
			'commands',
		];
		assert.deepEqual(manifest.oauth_config?.scopes?.bot, sorted(needed));
		assert.equal(manifest.oauth_config?.scopes?.user, undefined);
	});

	test('asks for the same as the installation by OAuth', () => {
		assert.deepEqual(manifest.oauth_config?.scopes?.bot, [...BOT_SCOPES]);
	});

	test('has every command, and takes its text as it is', () => {
		const commands = manifest.features?.slash_commands ?? [];
		assert.deepEqual(
			commands.map(({ command }) => command),
			[...new Set(commandTable.map(({ path: [first] }) => `/${first}`))],
		);
		for (const { command, description, usage_hint: hint = '', should_escape: escaped } of commands) {
			assert.ok(command.length <= 32 && description.length > 0 && description.length <= 2000 && hint.length <= 1000);
			assert.equal(escaped, false);
		}
	});

	test('names the subcommands there are', () => {
		for (const { command, usage_hint: hint = '' } of manifest.features?.slash_commands ?? []) {
			const subcommands = commandTable.flatMap(({ path: [first, second] }) => (`/${first}` === command && second ? [second] : []));
			if (subcommands.length === 0) continue;
			assert.deepEqual(
				sorted(hint.split('|').map((part) => part.trim().split(' ')[0] ?? '')),
				sorted(subcommands),
				`the hint of ${command}`,
			);
		}
	});

	test('has the shortcuts that are listened for', () => {
		const declared = manifest.features?.shortcuts ?? [];
		assert.equal(source.match(/\.shortcut\(/g)?.length, shortcuts.length, 'a shortcut that this test does not see');
		assert.deepEqual(sorted(declared.map(({ callback_id: id }) => id)), sorted(shortcuts));
		for (const { name, description } of declared) assert.ok(name.length <= 24 && description.length <= 150);
	});

	test('is an agent with a home and messages, over Socket Mode', () => {
		const { features, settings } = manifest;
		assert.deepEqual(features?.app_home, {
			home_tab_enabled: true,
			messages_tab_enabled: true,
			messages_tab_read_only_enabled: false,
		});
		assert.equal(features?.assistant_view, undefined);
		assert.ok((features?.agent_view?.agent_description ?? '').length > 0);
		assert.deepEqual(
			[settings?.socket_mode_enabled, settings?.interactivity?.is_enabled, settings?.org_deploy_enabled, settings?.token_rotation_enabled],
			[true, true, false, false],
		);
	});

	test('keeps to the lengths Slack takes', () => {
		const { name, description = '', long_description: long = '', background_color: colour = '' } = manifest.display_information;
		assert.ok(name.length <= 35 && description.length <= 140);
		// The page of app settings refuses less than 174 characters.
		assert.ok(long.length >= 174 && long.length <= 4000);
		assert.match(colour, /^#[0-9a-f]{6}$/);
		assert.ok((manifest.features?.agent_view?.agent_description ?? '').length <= 300);
		assert.match(manifest.features?.bot_user?.display_name ?? '', /^[a-z0-9._-]{1,80}$/);
	});

	test('is made for HTTP by npm run slack:manifest', async () => {
		const script = path.join(root, 'scripts', 'slack-manifest.ts');
		const run = promisify(execFile);
		const { stdout } = await run(process.execPath, [script, 'https://bot.example.com']);
		const made: Manifest = JSON.parse(stdout);
		const events = 'https://bot.example.com/slack/events';
		assert.deepEqual(new Set(made.features?.slash_commands?.map(({ url }) => url)), new Set([events]));
		assert.equal(made.settings?.event_subscriptions?.request_url, events);
		assert.equal(made.settings?.interactivity?.request_url, events);
		assert.equal(made.settings?.socket_mode_enabled, false);
		assert.deepEqual(made.oauth_config?.redirect_urls, ['https://bot.example.com/slack/oauth_redirect']);
		assert.deepEqual(made.settings?.event_subscriptions?.bot_events, manifest.settings?.event_subscriptions?.bot_events);
		await assert.rejects(run(process.execPath, [script, 'http://bot.example.com']), /public https address/);
		await assert.rejects(run(process.execPath, [script]), /public https address/);
	});
});
