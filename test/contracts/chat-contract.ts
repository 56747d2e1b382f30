import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { ASKED, askPeople } from '../adapters/ask-people.ts';
import { type Answer, startModelServer } from '../simulators/model-server.ts';

/** Dana and Sam are colleagues, Alex administers their workspace, Eve and her admin Mallory are in another one. */
export type Who = 'dana' | 'sam' | 'alex' | 'eve' | 'mallory';

/** Where a question was asked and is answered. */
export interface Thread {
	readonly channel: string;
	readonly ts: string;
}

/** The bot in a chat platform, run as people run it, and its people. Every message is given as they read it. */
export interface ChatBench {
	/** Addresses the bot in a channel, in a way that the platform tells the bot of at once. */
	ask(who: Who, text: string): Promise<Thread>;
	/** In the thread, to nobody in particular. */
	reply(who: Who, thread: Thread, text: string): Promise<void>;
	/** A typed command; its answer is among what is whispered. */
	command(who: Who, line: string): Promise<void>;
	/** In the platform's own way, as soon as it offers one. */
	stop(who: Who, thread: Thread): Promise<void>;
	/** Presses a button of the thread by its label. Throws when there is none. */
	press(who: Who, thread: Thread, label: string): Promise<void>;
	/** Delivers what began the thread again, so many times. */
	redeliver(thread: Thread, times: number): Promise<void>;
	/** What the bot has posted in the thread, oldest first. */
	shown(thread: Thread): readonly string[];
	/** Code blocks of the thread as they are drawn: none is open at the end of its message. */
	fences(thread: Thread): readonly string[];
	/** Files in the thread. */
	files(thread: Thread): readonly { readonly name: string; readonly content: string }[];
	/** What only this person could see. */
	whispered(who: Who): readonly string[];
	/** Messages that look like questions, from the bot itself and from another bot; resolves when they were delivered. */
	sayAsBots(text: string): Promise<readonly Thread[]>;
	/** What the bot calls this person where it tells of their doings; by their name when left out. */
	named?(who: Who): string;
	until<T>(condition: () => T, timeoutMs?: number): Promise<NonNullable<T>>;
	/** Deliveries that were not acknowledged in the time the platform gives, or not with success. */
	unacknowledged(): readonly string[];
}

export interface BenchOptions {
	readonly environment?: Readonly<Record<string, string>>;
	/** Both workspaces have the bot. Otherwise only that of Dana. */
	readonly everywhere?: boolean;
}

export type OpenBench = (context: TestContext, options?: BenchOptions) => Promise<ChatBench>;

export const QUESTION = 'How many movies did Sofia Coppola direct?';
const ANSWERED = /Sofia Coppola directed 8 movies\./;

export async function modelEnvironment(context: TestContext, answer: Answer): Promise<Record<string, string>> {
	const model = await startModelServer(answer);
	context.after(() => model.close());
	return { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-a-model-key-that-tests-look-for' };
}

/**
 * What a platform may be without by its nature. Methods of its bench that only these need are never called.
 *
 * - `people`: others than the one who asks; some are admins, some are not
 * - `bots`: messages of programs, which may look like questions
 * - `redelivery`: an event that is delivered more than once
 * - `workspaces`: more than one
 * - `files`: a message has a limit, and what takes too many messages is attached
 * - `answers`: somebody who can answer while a program runs
 * - `typed-commands`: commands are typed, so there may be anything in them; elsewhere they are chosen, and their fields are filled in
 */
export type Feature = 'people' | 'bots' | 'redelivery' | 'workspaces' | 'files' | 'answers' | 'typed-commands';

export interface ContractOptions {
	readonly without?: readonly Feature[];
	/** Lines of 190 characters that are shown as code: in several messages, where a message has a limit. */
	readonly long?: number;
}

/** As a file, wherever there are files. */
const VERY_LONG = 600;

/**
 * What every adapter promises. Each runs this suite with its platform, simulated at its network protocol; what the platform is `without` is left out.
 */
export function chatContract(name: string, open: OpenBench, { without = [], long = 120 }: ContractOptions = {}): void {
	const testWith = (feature: Feature, what: string, check: (context: TestContext) => Promise<void>) =>
		without.includes(feature) || test(what, check);
	const another: Who = without.includes('people') ? 'dana' : 'sam';
	describe(`${name}: a chat adapter`, { concurrency: 3 }, () => {
		test('answers a mention with scaffold, plan and result, in this order, and a follow-up by reuse', async (context) => {
			const bench = await open(context);
			const thread = await bench.ask('dana', QUESTION);
			await bench.until(() => bench.shown(thread).some((text) => ANSWERED.test(text)));
			const order = [/Scaffold/, /Plan/, ANSWERED].map((part) => bench.shown(thread).findIndex((text) => part.test(text)));
			assert.deepEqual(
				order,
				[...order].sort((a, b) => a - b),
			);
			assert.ok(!order.includes(-1), String(order));
			assert.match(bench.shown(thread).join('\n'), /2 tool calls · 3 model calls/);

			await bench.reply(another, thread, 'and Greta Gerwig?');
			await bench.until(() => bench.shown(thread).some((text) => /Greta Gerwig directed 4 movies/.test(text)));
			assert.match(bench.shown(thread).at(-1) ?? '', /1 model call .*reused countDirectedMovies/s);
			assert.deepEqual(bench.unacknowledged(), []);
		});

		// A start takes the processor a second, and none of these sees what another one has left.
		test('keeps its promises one after the other, in one process', async (context) => {
			const bench = await open(context);
			const scene = async (needs: Feature | 'nothing', what: string, check: () => Promise<void>) => {
				if (needs === 'nothing' || !without.includes(needs)) await context.test(what, check);
			};

			await scene('bots', 'ignores its own messages and those of other bots', async () => {
				const threads = await bench.sayAsBots(QUESTION);
				// What came after them is answered, so they were looked at.
				const thread = await bench.ask('dana', QUESTION);
				await bench.until(() => bench.shown(thread).some((text) => ANSWERED.test(text)));
				for (const other of threads)
					assert.deepEqual(
						bench.shown(other).filter((text) => /Scaffold|movies\./.test(text)),
						[],
					);
			});

			await scene('redelivery', 'answers an event once, however often it is delivered', async () => {
				const thread = await bench.ask('dana', QUESTION);
				await bench.redeliver(thread, 4);
				await bench.until(() => bench.shown(thread).some((text) => ANSWERED.test(text)));
				await bench.redeliver(thread, 1);
				const next = await bench.ask('dana', QUESTION);
				await bench.until(() => bench.shown(next).some((text) => ANSWERED.test(text)));
				assert.equal(bench.shown(thread).filter((text) => ANSWERED.test(text)).length, 1);
				assert.deepEqual(bench.unacknowledged(), []);
			});

			await scene('nothing', 'lists in a dry run what it would send, and asks nobody', async () => {
				const thread = await bench.ask('dana', '--dry-run Put Arrival on my watchlist.');
				await bench.until(() =>
					bench.shown(thread).some((text) => /Dry run: nothing was changed\. The program would make this call/.test(text)),
				);
				const result = bench.shown(thread).find((text) => /Dry run: nothing was changed/.test(text)) ?? '';
				for (const part of [/movies\.addToWatchlist/, /POST http/, /movie_id/]) assert.match(result, part);
				assert.ok(
					!bench.shown(thread).some((text) => /May the program|wants to change data|kept for similar/.test(text)),
					'nobody is asked',
				);
				assert.deepEqual(bench.unacknowledged(), []);
			});

			await scene('typed-commands', 'tells what is wrong with a command as it was typed', async () => {
				await tellsEach(bench, [
					['alex', '/toolset add x', /source is missing/],
					['alex', '/toolset nonsense', /There is no \/toolset nonsense/],
				]);
			});

			await scene('people', 'tells who is no admin what only one may do', async () => {
				await tellsEach(bench, [
					['dana', '/toolset add x https://example.com/openapi.json', /Only an admin may use \/toolset add/],
					['dana', '/settings', /Only an admin may use \/settings/],
				]);
			});
		});

		testWith('workspaces', 'keeps workspaces apart', async (context) => {
			const bench = await open(context, { everywhere: true });
			await bench.command('alex', '/toolset add movies example:movies');
			await bench.until(() => bench.whispered('alex').some((text) => /Connected .* as .?movies/.test(text)));
			const thread = await bench.ask('dana', QUESTION);
			await bench.until(() => bench.shown(thread).some((text) => ANSWERED.test(text)));

			await bench.command('eve', '/functions list');
			await bench.command('eve', '/toolset list');
			await bench.command('eve', '/runs');
			await bench.until(() => bench.whispered('eve').length >= 3);
			assert.doesNotMatch(bench.whispered('eve').join('\n'), /countDirectedMovies|Sofia Coppola/);
			const hers = await bench.ask('eve', 'and Greta Gerwig?');
			await bench.until(() => bench.shown(hers).some((text) => /⚠|No API|cannot|not/.test(text)));
			assert.doesNotMatch(
				bench.shown(hers).join('\n'),
				/[Rr]eused? |directed 4 movies|✓/,
				'neither functions nor tools of the other workspace',
			);
		});

		test('shows what is long to its end, and breaks no code block', async (context) => {
			const bench = await open(context, { environment: await modelEnvironment(context, longAnswer(long)) });
			const thread = await bench.ask('dana', 'Give a long answer, please.');
			await bench.until(() => bench.shown(thread).some((text) => /0 tool calls/.test(text)), 30_000);
			const fences = bench.fences(thread);
			assert.ok(fences.length >= 3, `only ${fences.length} code blocks`);
			assert.ok(fences.join('\n').includes(`// ${long}. `));
		});

		testWith('files', 'gives what is very long as a file', async (context) => {
			const bench = await open(context, { environment: await modelEnvironment(context, longAnswer(VERY_LONG)) });
			const thread = await bench.ask('dana', 'Give a very long answer, please.');
			await bench.until(() => bench.shown(thread).some((text) => /0 tool calls/.test(text)), 30_000);
			assert.ok(bench.files(thread).some(({ content }) => content.includes(`// ${VERY_LONG}. `)));
		});

		test('tells every failure in plain words, with the next step', async (context) => {
			const environment = await modelEnvironment(context, () => {
				throw new Error('down');
			});
			const bench = await open(context, { environment });
			const thread = await bench.ask('dana', QUESTION);
			await bench.until(() => bench.shown(thread).some((text) => /model/.test(text) && /reference/i.test(text)), 30_000);
			await tellsEach(bench, [
				['alex', '/toolset add x http://10.0.0.1/openapi.json', /ALLOW_PRIVATE_HOSTS/],
				['alex', '/toolset add 1x https://example.com/openapi.json', /cannot name a toolset/],
				['alex', '/toolset show crm', /There is no toolset named crm/],
				['dana', '/functions show nothing', /There is no stored function named nothing/],
			]);
		});

		test('puts to the asker what a program asks, or says that nobody can answer', async (context) => {
			const bench = await open(context, { environment: await modelEnvironment(context, askPeople) });
			const thread = await bench.ask('dana', 'Choose film of 3.');
			if (without.includes('answers')) {
				const told = /The program asks .Which film is it\?., and nobody is here to answer\. Ask in/;
				await bench.until(() => bench.shown(thread).some((text) => told.test(text)), 30_000);
				return;
			}
			await bench.until(() => bench.shown(thread).some((text) => ASKED.test(text) && text.includes('Which film is it?')), 30_000);
			if (!without.includes('people')) {
				await bench.press('sam', thread, 'film 1');
				await bench.until(() => bench.whispered('sam').some((text) => /The program asks somebody else/.test(text)));
			}
			await bench.press('dana', thread, 'film 2');
			await bench.until(() => bench.shown(thread).some((text) => text.includes('The film is film 2!')), 30_000);
			await bench.until(() => bench.shown(thread).some((text) => /Answered by .*film 2$/s.test(text)));
			assert.deepEqual(bench.unacknowledged(), []);
		});

		test('stops when the asker says so', async (context) => {
			const { bench, thread } = await askWithoutEnd(context, open);
			await bench.stop('dana', thread);
			await bench.until(() => bench.shown(thread).some((text) => text.includes(`Stopped by ${bench.named?.('dana') ?? 'dana'}`)));
		});

		testWith('people', 'does not stop when a stranger says so', async (context) => {
			const { bench, thread, end } = await askWithoutEnd(context, open);
			await bench.press('sam', thread, 'Stop');
			await bench.until(() => bench.whispered('sam').some((text) => /Only the person who asked, or an admin/.test(text)));
			// It has gone on: what ends it is the model's reply.
			end();
			await bench.until(() => bench.shown(thread).some((text) => /reference/i.test(text)), 30_000);
			assert.doesNotMatch(bench.shown(thread).join('\n'), /Stopped by/);
		});
	});
}

/** Replies whose plan has so many lines. */
function longAnswer(lines: number): Answer {
	const line = (index: number) => `  // ${index}. ${'A step that is described at some length. '.repeat(4)}\n`;
	const steps = Array.from({ length: lines }, (_, index) => line(index + 1)).join('');
	const documentation = `/** Says yes.\n${'Documentation that goes on and on. '.repeat(lines * 4)}*/`;
	const call = 'const said = await yes();\nreturn answer(said, said);';
	return (stage) => {
		if (stage === 'scaffold') return `${documentation}\nasync function yes(): Promise<string> {}\n${call}`;
		if (stage === 'plan') return `async function yes(): Promise<string> {\n${steps}}`;
		return `async function yes(): Promise<string> { return 'yes'; }\n${call}`;
	};
}

type Told = readonly [who: Who, line: string, told: RegExp];

async function tellsEach(bench: ChatBench, commands: readonly Told[]): Promise<void> {
	for (const [who, line, told] of commands) {
		await bench.command(who, line);
		await bench.until(() => bench.whispered(who).some((text) => told.test(text)));
	}
}

/** A question of Dana's that is being worked on until `end`, which gives it no answer. */
async function askWithoutEnd(context: TestContext, open: OpenBench) {
	const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
	context.after(() => held.resolve(''));
	const environment = await modelEnvironment(context, () => {
		asked.resolve();
		return held.promise;
	});
	const bench = await open(context, { environment });
	const thread = await bench.ask('dana', QUESTION);
	await asked.promise;
	await bench.until(() => bench.shown(thread).length > 0);
	return { bench, thread, end: () => held.resolve('') };
}
