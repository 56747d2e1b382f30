import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { CONSOLE_WORKSPACE } from '../../adapters/console/session.ts';
import { readConfig } from '../../src/config.ts';
import { openServices } from '../../src/services.ts';
import type { NewCredential } from '../../src/toolset/catalogue.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { consoleFolder, runConsole } from '../adapters/console/console-process.ts';
import { startCollector } from '../observability/collector.ts';
import { startModelServer } from '../simulators/model-server.ts';
import { secretsIn } from '../toolset/http/secret-forms.ts';
import { CLIENT_ID, CLIENT_SECRET, startTokenServer } from '../toolset/http/token-server.ts';
import { collect } from './collecting-model.ts';
import { documentOf, MARKER, startEchoingApi } from './echoing-api.ts';

/** What the bot is given: no character of them may come out of it. */
const SECRETS = {
	'the model key': 'sk-model+key/that-tests=look&for',
	'the encryption key': 'an+encryption/key=that&tests look for',
	'the former encryption key': 'a+former/encryption=key&tests look for',
	'a typed token': 'typed+bearer/s3cret=&1',
	'a typed password': 'typed p@ssword/s3cret+2',
	'a typed key': 'typed-header+s3cret/3=',
	'a typed cookie': 'typed-cookie+s3cret/4=',
	'a typed key in the address': 'typed query+s3cret/5=&?',
	'a typed client secret': CLIENT_SECRET,
	"an operator's token": 'operator+bearer/s3cret=&6',
	"an operator's password": 'operator p@ssword/s3cret+7',
	"an operator's key": 'operator-query+s3cret/8=&',
	"an operator's client secret": 'operator+client/s3cret=&9',
	"the collector's token": 'collector+token/s3cret=&10',
} as const;

interface World {
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
	/** By toolset. */
	readonly credentials: Readonly<Record<string, NewCredential>>;
	readonly document: string;
	/** Everything the API was sent. */
	readonly sent: () => string;
	readonly prompts: () => string;
	/** Spans with all that was said. */
	readonly traces: () => string;
	/** Those above and every access token so far. */
	readonly secrets: () => Readonly<Record<string, string>>;
}

async function openWorld(context: TestContext): Promise<World> {
	const folder = await consoleFolder(context);
	const api = await startEchoingApi();
	const [tokens, others] = [await startTokenServer(), await startTokenServer({ secret: SECRETS["an operator's client secret"] })];
	const model = await startModelServer(collect);
	const collector = await startCollector();
	context.after(async () => {
		model.close();
		collector.close();
		await Promise.all([api.close(), tokens.close(), others.close()]);
	});
	const issued = () => [...tokens.issued, ...others.issued].map((token, at) => [`access token ${at}`, token] as const);
	return {
		folder,
		document: documentOf(api),
		environment: {
			OPENAI_BASE_URL: model.url,
			OPENAI_API_KEY: SECRETS['the model key'],
			ENCRYPTION_KEY: SECRETS['the encryption key'],
			ENCRYPTION_KEY_PREVIOUS: SECRETS['the former encryption key'],
			TOOLSET_SECRET_BEARER: SECRETS["an operator's token"],
			TOOLSET_SECRET_BASIC: `olga:${SECRETS["an operator's password"]}`,
			TOOLSET_SECRET_QUERY: SECRETS["an operator's key"],
			TOOLSET_SECRET_CLIENT: `${CLIENT_ID}:${SECRETS["an operator's client secret"]}`,
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${encodeURIComponent(SECRETS["the collector's token"])}`,
			OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
			LOG_LEVEL: 'trace',
		},
		credentials: {
			typedBearer: { form: 'bearer', secret: SECRETS['a typed token'] },
			typedBasic: { form: 'basic', secret: `tina:${SECRETS['a typed password']}` },
			typedHeader: { form: 'header:X-Api-Key', secret: SECRETS['a typed key'] },
			typedCookie: { form: 'cookie:sid', secret: SECRETS['a typed cookie'] },
			typedQuery: { form: 'query:api_key', secret: SECRETS['a typed key in the address'] },
			typedClient: { form: 'oauth2', secret: `${CLIENT_ID}:${CLIENT_SECRET}`, oauth2: { tokenUrl: tokens.tokenUrl } },
			ownBearer: { reference: 'bearer:BEARER' },
			ownBasic: { reference: 'basic:BASIC' },
			ownQuery: { reference: 'query:api_key:QUERY' },
			ownClient: { reference: 'oauth2:CLIENT', oauth2: { tokenUrl: others.tokenUrl } },
		},
		sent: () => JSON.stringify([api.requests, tokens.requests, others.requests]),
		prompts: () => model.asked.join('\n'),
		traces: () => collector.bodies.join('\n'),
		secrets: () => ({ ...SECRETS, ...Object.fromEntries(issued()) }),
	};
}

/** Connects the API under each name, with its credential, as an admin does. */
async function connect({ folder, environment, credentials, document }: World): Promise<void> {
	const services = await openServices({
		config: readConfig({ ...environment, DATABASE_URL: `sqlite://${path.join(folder, 'data/toolcoder.sqlite')}` }),
		logger: pino({ level: 'silent' }),
		knownSecrets: createKnownSecrets([]),
		fallbackModel: { complete: () => assert.fail('no model is asked') } as never,
		openConversation: () => undefined,
		exampleUrl: () => Promise.reject(new Error('no examples here')),
	});
	for (const [name, credential] of Object.entries(credentials)) {
		const record = { workspaceId: CONSOLE_WORKSPACE, name, source: 'echo.json', addedAt: '2026-01-01', addedBy: 'ada' };
		await services.catalogue.add(record, document);
		await services.catalogue.setCredential(CONSOLE_WORKSPACE, name, credential);
	}
	await services.close();
}

/** All files of the bot as they lie on the disk, the database's own journal with them, and every record as it is read. */
async function everythingStored(folder: string): Promise<string> {
	const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
	const bytes = files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'utf8'));
	const { DatabaseSync } = await import('node:sqlite');
	const database = new DatabaseSync(path.join(folder, 'data/toolcoder.sqlite'), { readOnly: true });
	const rows = database.prepare('SELECT key, value FROM keyv').all();
	database.close();
	return [...bytes, JSON.stringify(rows)].join('\n');
}

describe('no secret is found in anything that the bot writes or says', { concurrency: false }, () => {
	test('when an API repeats its credential in every way', { timeout: 180_000 }, async (context) => {
		const world = await openWorld(context);
		await connect(world);
		const names = Object.keys(world.credentials);
		const input = [
			...names.map((name) => `Use ${name}.`),
			...names.slice(0, 2).map((name) => `Break ${name}.`),
			'/toolset list',
			'/runs',
			'/settings',
			'',
		];
		const { folder, environment } = world;
		const { output, errors } = await runConsole({
			folder,
			environment,
			args: ['console', '--json', '--allow-writes'],
			input: input.join('\n'),
		});

		// That it was all there to be seen: sent, answered, put into a prompt, stored.
		const { 'the model key': _model, 'the encryption key': _key, 'the former encryption key': _former, ...others } = world.secrets();
		const { "the collector's token": _collector, ...sent } = others;
		assert.deepEqual(
			Object.keys(sent).filter(
				(name) => secretsIn(world.sent(), { [name]: sent[name] ?? '' }).length === 0 && !/token$|password$|client secret$/.test(name),
			),
			[],
		);
		const stored = await everythingStored(folder);
		const places = { output, prompts: world.prompts(), stored, traces: world.traces() };
		for (const [place, text] of Object.entries(places)) {
			assert.ok(text.includes(MARKER), `what the API says is in the ${place}`);
			assert.ok(text.includes('[secret]'), `a secret was taken out of the ${place}`);
		}
		for (const name of names) assert.ok(output.includes(`use${name}`), `${name} was used`);
		assert.ok(errors.includes('"level":10') || errors.includes('"level":20'), `the log is at its most talkative: ${errors.slice(0, 500)}`);
		assert.ok(stored.includes('v1.'), 'what was typed in is sealed');

		for (const [place, text] of Object.entries({ ...places, errors })) assert.deepEqual(secretsIn(text, world.secrets()), [], place);
	});
});
