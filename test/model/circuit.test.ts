import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { type Circuit, type CircuitOptions, createCircuit } from '../../src/model/circuit.ts';
import { ModelOutage } from '../../src/model/outage.ts';
import { ask, completionBody, errorBody, quickClient, sendJson, startServer } from './model-server.ts';

const outage = (symptom = 'it answers with HTTP 503') =>
	new ModelOutage('The model server failed.', { origin: 'http://models.example', symptom, cause: new Error('raw words') });
const idle = () => new AbortController().signal;

interface Driven {
	readonly circuit: Circuit;
	/** Ends as it is told; gives how it ended. */
	readonly end: (error?: unknown) => Promise<unknown>;
	/** Moves the clock on. */
	readonly pass: (ms: number) => void;
	readonly lines: { readonly level: number; readonly msg: string; readonly reason?: string }[];
}

function drive(options: Partial<CircuitOptions> = {}): Driven {
	const lines: Driven['lines'] = [];
	let now = 1000;
	const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
	const circuit = createCircuit({ model: 'm1', logger, now: () => now, ...options });
	return {
		circuit,
		lines,
		end: (error) => outcomeOf(circuit.run(async () => (error === undefined ? 'answered' : Promise.reject(error)), idle())),
		pass: (ms) => {
			now += ms;
		},
	};
}

const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

async function opened(options: Partial<CircuitOptions> = {}): Promise<Driven> {
	const driven = drive(options);
	for (let failed = 0; failed < 5; failed += 1) await driven.end(outage());
	assert.equal(driven.circuit.state, 'open');
	return driven;
}

function refusalIn(outcome: unknown): string {
	assert.ok(outcome instanceof UserError && !(outcome instanceof ModelOutage), `expected a refusal, got ${String(outcome)}`);
	assert.equal(outcome.code, 'model-unavailable');
	assert.doesNotMatch(outcome.userMessage, /raw words/);
	return outcome.userMessage;
}

/** Work that ends when it is told to. */
function pending(circuit: Circuit, signal = idle()) {
	const { promise, resolve, reject } = Promise.withResolvers<string>();
	let begun = false;
	const work = () => {
		begun = true;
		return promise;
	};
	return { outcome: outcomeOf(circuit.run(work, signal)), resolve, reject, begun: () => begun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a closed circuit', () => {
	it('opens with the fifth failure in a row, and not before', async () => {
		const { circuit, end } = drive();
		for (let failed = 0; failed < 4; failed += 1) await end(outage());
		assert.equal(await end(), 'answered');
		for (let failed = 0; failed < 4; failed += 1) await end(outage());
		assert.equal(circuit.state, 'closed');
		await end(outage());
		assert.equal(circuit.state, 'open');
	});

	const signsOfLife: [string, UserError][] = [
		['a refused key', new UserError('configuration', 'The key is refused.')],
		['a long prompt', new UserError('model-unavailable', 'The question is too long.')],
		['a reply without a program', new UserError('model-reply', 'No program.')],
	];
	for (const [name, error] of signsOfLife) {
		it(`takes ${name} for a sign of life`, async () => {
			const { circuit, end } = drive();
			for (let failed = 0; failed < 4; failed += 1) await end(outage());
			assert.equal(await end(error), error);
			await end(outage());
			assert.equal(circuit.state, 'closed');
		});
	}

	it('counts neither faults of the bot nor what a person stopped', async () => {
		const { circuit, end } = drive();
		for (let failed = 0; failed < 4; failed += 1) await end(outage());
		for (let other = 0; other < 9; other += 1) await end(new TypeError('raw words'));
		for (let other = 0; other < 9; other += 1) await end(new UserError('internal', 'Something went wrong.'));
		const stopped = circuit.run(() => Promise.reject(new UserError('stopped', 'Stopped.')), AbortSignal.abort());
		await outcomeOf(stopped);
		assert.equal(circuit.state, 'closed');
		await end(outage());
		assert.equal(circuit.state, 'open');
	});
});

describe('an open circuit', () => {
	it('refuses at once, and says since when, why, and when to ask again', async () => {
		const { circuit, end, pass } = drive();
		for (let failed = 0; failed < 5; failed += 1) {
			await end(outage(failed === 4 ? 'nothing answers there' : 'it answers with HTTP 503'));
			if (failed < 4) pass(27_500);
		}
		pass(10_000);
		const refused = pending(circuit);
		assert.equal(
			refusalIn(await refused.outcome),
			'The model server at http://models.example has failed for the last 2 minutes: nothing answers there. The bot tries it again in 20 seconds; ask again then.',
		);
		assert.equal(refused.begun(), false);
	});

	it('lets one request try after 30 seconds; what it finds out counts for those who wait', async () => {
		for (const isBack of [true, false]) {
			const { circuit, pass } = await opened();
			pass(30_000);
			const trial = pending(circuit);
			const other = pending(circuit);
			await turn();
			assert.equal(circuit.state, 'half-open');
			assert.deepEqual([trial.begun(), other.begun()], [true, false]);
			other.resolve('the other');
			if (isBack) trial.resolve('the trial');
			else trial.reject(outage());
			if (isBack) assert.equal(await other.outcome, 'the other');
			else assert.match(refusalIn(await other.outcome), /tries it again in 30 seconds/);
			assert.equal(circuit.state, isBack ? 'closed' : 'open');
		}
	});

	it('does not keep those waiting who wait for a slow trial', async () => {
		const { circuit, pass } = await opened({ patienceMs: 5 });
		pass(30_000);
		const trial = pending(circuit);
		assert.match(
			refusalIn(await pending(circuit).outcome),
			/for the last 30 seconds: .* The bot is trying it right now; ask again in a minute\.$/,
		);
		trial.resolve('late');
		assert.equal(await trial.outcome, 'late');
		assert.equal(circuit.state, 'closed');
	});

	it('hands the trial on when it was stopped, and lets those go who are stopped while they wait', async () => {
		const { circuit, pass } = await opened();
		pass(30_000);
		const asker = new AbortController();
		const trial = pending(circuit, asker.signal);
		const leaving = new AbortController();
		const left = pending(circuit, leaving.signal);
		const next = pending(circuit);
		leaving.abort();
		assert.ok((await left.outcome) instanceof Error);
		asker.abort();
		trial.reject(new UserError('stopped', 'Stopped.'));
		await trial.outcome;
		await turn();
		assert.equal(circuit.state, 'half-open');
		assert.equal(next.begun(), true);
		next.resolve('answered');
		assert.equal(await next.outcome, 'answered');
	});

	it('is closed by any answer, a refusal too', async () => {
		const { circuit, end, pass } = await opened();
		pass(30_000);
		await end(new UserError('configuration', 'The key is refused.'));
		assert.equal(circuit.state, 'closed');
	});

	it('is not kept open by what went out before, but closed by its answer', async () => {
		const { circuit, end, pass } = drive();
		const [failing, answered] = [pending(circuit), pending(circuit)];
		for (let failed = 0; failed < 5; failed += 1) await end(outage());
		pass(20_000);
		failing.reject(outage());
		await failing.outcome;
		assert.match(refusalIn(await end()), /tries it again in 10 seconds/);
		answered.resolve('answered');
		await answered.outcome;
		assert.equal(circuit.state, 'closed');
	});

	it('says in the log that it opened and that it closed, once each', async () => {
		const { end, pass, lines } = await opened();
		for (let asked = 0; asked < 3; asked += 1) await end(outage());
		pass(30_000);
		await end(outage());
		pass(30_000);
		await end();
		await end();
		assert.deepEqual(
			lines.map(({ level, msg }) => [pino.levels.labels[level], msg]),
			[
				['error', 'the model server fails: questions are refused until it answers again'],
				['warn', 'the model server answers again'],
			],
		);
		assert.equal(lines[0]?.reason, 'The model server failed.');
	});
});

describe('the client of a model behind a circuit', () => {
	const silent = pino({ level: 'silent' });

	async function failing(context: TestContext, answer: Parameters<typeof startServer>[1]) {
		const server = await startServer(context, answer);
		const clock = { now: 0 };
		const circuit = createCircuit({ model: 'm1', logger: silent, now: () => clock.now });
		return { server, circuit, clock };
	}

	it('asks a server that fails five times, retries apart, then no more until it is due', async (context) => {
		let isBack = false;
		const { server, circuit, clock } = await failing(context, (response) =>
			isBack ? sendJson(response, 200, completionBody('hello')) : sendJson(response, 503, errorBody('raw words')),
		);
		const model = quickClient(server.baseUrl, { circuit, retry: { attempts: 2 } });
		for (let asked = 0; asked < 7; asked += 1) await assert.rejects(model.complete(ask()));
		assert.equal(server.requests.length, 10);
		assert.match(refusalIn(await outcomeOf(model.complete(ask()))), /: it answers with HTTP 503\./);
		clock.now += 30_000;
		isBack = true;
		assert.equal((await model.complete(ask())).text, 'hello');
		assert.equal(circuit.state, 'closed');
	});

	it('refuses those who waited for their turn while the server went down', async (context) => {
		const { server, circuit } = await failing(context, (response) => response.socket?.resetAndDestroy());
		const model = quickClient(server.baseUrl, { circuit, maxConcurrency: 1, retry: { attempts: 1 } });
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(model.complete(ask()))));
		assert.equal(server.requests.length, 5);
		for (const outcome of outcomes.slice(5)) assert.match(refusalIn(outcome), /connections to it fail or break off/);
	});

	it('gives up what it would try again when others have found the server down meanwhile', async (context) => {
		const { server, circuit } = await failing(context, async (response) => {
			for (let failed = 0; failed < 5; failed += 1) await outcomeOf(circuit.run(() => Promise.reject(outage()), idle()));
			sendJson(response, 503, errorBody('raw words'));
		});
		const error = await outcomeOf(quickClient(server.baseUrl, { circuit }).complete(ask()));
		assert.ok(error instanceof ModelOutage);
		assert.equal(server.requests.length, 1);
	});

	it('does not open for a key that is refused or a prompt that is too long', async (context) => {
		const { server, circuit } = await failing(context, (response, index) =>
			index % 2 ? sendJson(response, 401, errorBody('raw words')) : sendJson(response, 413, ''),
		);
		const model = quickClient(server.baseUrl, { circuit });
		for (let asked = 0; asked < 6; asked += 1) await assert.rejects(model.complete(ask()));
		assert.equal(circuit.state, 'closed');
		assert.equal(server.requests.length, 6);
	});

	const slow: [name: string, answer: Parameters<typeof startServer>[1]][] = [
		['never sends a byte', () => {}],
		['sends headers and then nothing', (response) => void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()],
		[
			'sends its body byte by byte, without an end',
			(response) => {
				response.writeHead(200, { 'content-type': 'application/json' });
				const dripping = setInterval(() => response.write(' '), 2);
				response.on('close', () => clearInterval(dripping));
			},
		],
	];
	for (const [name, answer] of slow) {
		it(`opens for a server that ${name}`, async (context) => {
			const { server, circuit } = await failing(context, answer);
			const model = quickClient(server.baseUrl, { circuit, timeoutMs: 400, maxConcurrency: 5 });
			await Promise.all(Array.from({ length: 5 }, () => outcomeOf(model.complete(ask()))));
			assert.match(refusalIn(await outcomeOf(model.complete(ask()))), /: no whole reply comes within 0\.4 seconds\./);
			assert.equal(server.requests.length, 5);
		});
	}
});
