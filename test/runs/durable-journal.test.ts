import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { type JournalOptions, openJournal } from '../../src/runs/durable-journal.ts';
import type { ToolCall } from '../../src/sandbox/outcome.ts';
import { openStorage } from '../../src/storage/open.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Effect, ToolResponse } from '../../src/toolset/tool.ts';

const logger = pino({ level: 'silent' });
const RUN = '01ARYZ6S41TSV4RRFFQ69G5FAV';
const ok = (value: string): ToolResponse => ({ ok: true, value });
const failed = (kind: Extract<ToolResponse, { ok: false }>['kind']): ToolResponse => ({ ok: false, kind, message: kind });
const never = async (): Promise<never> => assert.fail('performed again');

describe('a durable journal', () => {
	let storage: Storage;
	beforeEach(async () => {
		storage = await openStorage('sqlite://:memory:', { logger });
	});
	afterEach(() => storage.close());
	/** As another process would, after a crash. */
	const reopen = (options?: JournalOptions) => openJournal(storage, RUN, options);

	describe('steps', () => {
		it('records nothing of a step that failed', async () => {
			const journal = await reopen();
			await assert.rejects(
				journal.step('a', () => Promise.reject(new Error('no'))),
				/no/,
			);
			assert.equal(await journal.step('a', async () => 1), 1);
			assert.equal(await (await reopen()).step('a', never), 1);
		});

		it('gives a finished step as it was recorded, also the first time', async () => {
			const output = { z: 1, a: undefined, list: [1, Number.NaN], date: new Date(0) };
			const journal = await reopen();
			const first = await journal.step<unknown>('a', async () => output);
			assert.equal(JSON.stringify(first), '{"z":1,"list":[1,null],"date":"1970-01-01T00:00:00.000Z"}');
			assert.deepEqual(await (await reopen()).step('a', never), first);
			(first as { z: number }).z = 2;
			assert.deepEqual(await journal.step('a', never), { z: 1, list: [1, null], date: '1970-01-01T00:00:00.000Z' });
		});

		it('knows an output of nothing from no output', async () => {
			for (const output of [undefined, null, false, 0, '']) {
				const name = `step/${String(output)}:${typeof output}`;
				await (await reopen()).step(name, async () => output);
				assert.equal(await (await reopen()).step<unknown>(name, never), output);
			}
		});

		it('does a step once when it is asked for twice at once', async () => {
			const journal = await reopen();
			let done = 0;
			const work = async () => ++done;
			assert.deepEqual(await Promise.all([journal.step('a', work), journal.step('a', work)]), [1, 1]);
		});

		it('keeps the runs apart', async () => {
			await (await reopen()).step('a', async () => 1);
			const other = await openJournal(storage, `${RUN.slice(0, -1)}W`);
			assert.equal(await other.step('a', async () => 2), 2);
		});

		it('hands out no step that could not be recorded', async () => {
			const journal = await reopen();
			await assert.rejects(
				journal.step('a', async () => 1n),
				TypeError,
			);
			await storage.close();
			await assert.rejects(
				journal.step('b', async () => 1),
				UserError,
			);
		});
	});

	describe('calls', () => {
		const call = { tool: 't.get', args: { b: 2, a: 1 } };
		const sameCall = { tool: 't.get', args: { a: 1, b: 2 }, line: 7 };

		it('are known by tool and arguments, whatever their order, and by how many equal ones came before', async () => {
			const first = await reopen();
			assert.deepEqual(await first.call(0, call, 'read', async () => ok('1')), ok('1'));
			assert.deepEqual(await first.call(0, sameCall, 'read', async () => ok('2')), ok('2'));
			assert.deepEqual(await first.call(0, { tool: 't.get', args: { a: 1 } }, 'read', async () => ok('3')), ok('3'));
			assert.deepEqual(await first.call(0, { tool: 't.other', args: call.args }, 'read', async () => ok('4')), ok('4'));
			const again = await reopen();
			assert.deepEqual(await again.call(0, { tool: 't.get', args: { a: 1 } }, 'read', never), ok('3'));
			assert.deepEqual(await again.call(0, sameCall, 'read', never), ok('1'));
			assert.deepEqual(await again.call(0, call, 'read', never), ok('2'));
			assert.deepEqual(await again.call(0, call, 'read', async () => ok('5')), ok('5'));
		});

		it('replay within an attempt whether they failed or not', async () => {
			const first = await reopen();
			await first.call(0, call, 'read', async () => failed('http'));
			await first.call(0, { tool: 't.put', args: {} }, 'write', async () => failed('http'));
			const again = await reopen();
			assert.deepEqual(await again.call(0, call, 'read', never), failed('http'));
			assert.deepEqual(await again.call(0, { tool: 't.put', args: {} }, 'write', never), failed('http'));
		});

		it('are taken over by a later attempt when they succeeded, and made again when they failed', async () => {
			const journal = await reopen();
			await journal.call(0, call, 'read', async () => ok('1'));
			await journal.call(0, { tool: 't.bad', args: {} }, 'read', async () => failed('http'));
			await journal.call(0, { tool: 't.put', args: {} }, 'write', async () => ok('written'));
			for (const repeated of [journal, await reopen()]) {
				assert.deepEqual(await repeated.call(1, call, 'read', never), ok('1'));
				assert.deepEqual(await repeated.call(1, { tool: 't.put', args: {} }, 'write', never), ok('written'));
			}
			assert.deepEqual(await journal.call(1, { tool: 't.bad', args: {} }, 'read', async () => ok('now')), ok('now'));
			assert.deepEqual(await journal.call(2, { tool: 't.bad', args: {} }, 'read', never), ok('now'));
			assert.deepEqual(await journal.call(1, call, 'read', async () => ok('a second one')), ok('a second one'));
		});

		it('are listed by attempt in the order of their answers', async () => {
			const journal = await reopen();
			const slow = Promise.withResolvers<ToolResponse>();
			const waiting = journal.call(0, call, 'read', () => slow.promise);
			await journal.call(0, { tool: 't.fast', args: {} }, 'write', async () => ok('fast'));
			assert.deepEqual(journal.calls(0), [{ tool: 't.fast', args: {}, response: ok('fast') }]);
			slow.resolve(failed('http'));
			await waiting;
			await journal.call(1, { tool: 't.fast', args: {} }, 'write', never);
			const expected = [
				{ tool: 't.fast', args: {}, response: ok('fast') },
				{ tool: 't.get', args: call.args, response: failed('http') },
			];
			for (const opened of [journal, await reopen()]) {
				assert.deepEqual(opened.calls(0), expected);
				assert.deepEqual(opened.calls(1), [expected[0]]);
				assert.deepEqual(opened.calls(2), []);
			}
			const later = await reopen();
			await later.call(0, { tool: 't.a', args: {} }, 'read', async () => ok('later'));
			assert.deepEqual(
				(await reopen()).calls(0).map(({ tool }) => tool),
				['t.fast', 't.get', 't.a'],
			);
		});

		it('give the properties of a response in the order they came in', async () => {
			const response = { ok: true, value: { z: 1, a: { y: 2, b: 3 } } } as const;
			const first = await (await reopen()).call(0, call, 'read', async () => response);
			const again = await (await reopen()).call(0, call, 'read', never);
			assert.equal(JSON.stringify(first), JSON.stringify(response));
			assert.equal(JSON.stringify(again), JSON.stringify(response));
		});
	});

	describe('writes of unknown outcome', () => {
		const write = { tool: 't.put', args: { n: 1 } };
		const removal = { tool: 't.delete', args: { n: 1 } };
		/** A process that dies after the write went out. */
		const interrupted = async (call: ToolCall, effect: Effect) => {
			const sent = Promise.withResolvers<void>();
			void (await reopen()).call(0, call, effect, () => {
				sent.resolve();
				return new Promise(() => {});
			});
			await sent.promise;
		};
		const isRefused = (response: ToolResponse) => !response.ok && response.kind === 'refused' && /not sent again/.test(response.message);

		it('are refused, by every later attempt and process', async () => {
			for (const [call, effect] of [
				[write, 'write'],
				[removal, 'destructive'],
			] as const) {
				await interrupted(call, effect);
				const journal = await reopen();
				assert.ok(isRefused(await journal.call(0, call, effect, never)));
				assert.ok(isRefused(await journal.call(1, call, effect, never)));
				const again = await reopen();
				assert.ok(isRefused(await again.call(0, call, effect, never)));
				assert.ok(isRefused(await again.call(1, call, effect, never)));
				assert.ok(isRefused(await again.call(2, call, effect, never)));
			}
		});

		it('do not stand in the way of other calls', async () => {
			await interrupted(write, 'write');
			const journal = await reopen();
			assert.deepEqual(await journal.call(0, { ...write, args: { n: 2 } }, 'write', async () => ok('other')), ok('other'));
		});

		it('are not repeated when no answer came back', async () => {
			for (const [n, kind] of (['network', 'timed-out', 'too-large'] as const).entries()) {
				const call = { tool: 't.put', args: { kind, n } };
				const journal = await reopen();
				assert.deepEqual(await journal.call(0, call, 'write', async () => failed(kind)), failed(kind));
				assert.ok(isRefused(await journal.call(1, call, 'write', never)));
				assert.deepEqual(await journal.call(0, { ...call, tool: 't.get' }, 'read', async () => failed(kind)), failed(kind));
				assert.deepEqual(await journal.call(1, { ...call, tool: 't.get' }, 'read', async () => ok('now')), ok('now'));
			}
		});

		it('are refused after the run was stopped in between, while a read is made again', async () => {
			const first = await reopen();
			assert.deepEqual(await first.call(0, write, 'write', async () => failed('stopped')), failed('stopped'));
			assert.deepEqual(await first.call(0, { tool: 't.get', args: {} }, 'read', async () => failed('stopped')), failed('stopped'));
			const again = await reopen();
			assert.ok(isRefused(await again.call(0, write, 'write', never)));
			assert.deepEqual(await again.call(0, { tool: 't.get', args: {} }, 'read', async () => ok('now')), ok('now'));
		});

		describe('go out once more', () => {
			const asking = (...answers: readonly boolean[]) => {
				let asked = 0;
				return {
					gate: { allow: never, resend: async () => answers[asked++] ?? assert.fail('asked too often') },
					asked: () => asked,
				};
			};

			it('when somebody says so, and are then as if they had been sent once', async () => {
				await interrupted(write, 'write');
				const journal = await reopen();
				const { gate, asked } = asking(true);
				assert.deepEqual(await journal.call(0, write, 'write', async () => ok('again'), gate), ok('again'));
				for (const opened of [journal, await reopen()]) {
					assert.deepEqual(await opened.call(1, write, 'write', never, gate), ok('again'));
					assert.deepEqual(opened.changes(), ['t.put']);
				}
				assert.deepEqual(await (await reopen()).call(0, write, 'write', never, gate), ok('again'));
				assert.equal(asked(), 1);
			});

			it('not when they say no, which is what the program is told', async () => {
				await interrupted(write, 'write');
				const { gate, asked } = asking(false);
				assert.ok(isRefused(await (await reopen()).call(0, write, 'write', never, gate)));
				assert.ok(isRefused(await (await reopen()).call(0, write, 'write', never, gate)));
				assert.equal(asked(), 1, 'the same program gets the same answer');
			});

			it('in the same program, when no answer came back and it makes the call anew', async () => {
				const journal = await reopen();
				const { gate, asked } = asking(true, true);
				const first = { allow: async () => {}, resend: never };
				assert.deepEqual(await journal.call(0, write, 'write', async () => failed('network'), first), failed('network'));
				assert.deepEqual(await journal.call(0, write, 'write', async () => failed('timed-out'), gate), failed('timed-out'));
				assert.deepEqual(await journal.call(0, write, 'write', async () => ok('third'), gate), ok('third'));
				assert.equal(asked(), 2);
			});

			it('in the same program, when the call was cut off and the run was not', async () => {
				const journal = await reopen();
				const { gate, asked } = asking(true);
				const first = { allow: async () => {}, resend: never };
				await journal.call(0, write, 'write', async () => failed('stopped'), first);
				assert.deepEqual(await journal.call(0, write, 'write', async () => ok('second'), gate), ok('second'));
				assert.equal(asked(), 1);
			});

			it('as the write that they were, whatever the tool is called by now', async () => {
				await interrupted(write, 'write');
				const { gate, asked } = asking(true, true);
				const journal = await reopen();
				await journal.call(0, write, 'read', async () => failed('network'), gate);
				assert.deepEqual(journal.changes(), ['t.put']);
				assert.deepEqual(await journal.call(1, write, 'read', async () => ok('again'), gate), ok('again'));
				assert.equal(asked(), 2);
			});

			it('only with another yes when the process is killed after one', async () => {
				await interrupted(write, 'write');
				const sent = Promise.withResolvers<void>();
				const { gate, asked } = asking(true, true);
				void (await reopen()).call(
					0,
					write,
					'write',
					() => {
						sent.resolve();
						return new Promise(() => {});
					},
					gate,
				);
				await sent.promise;
				assert.deepEqual(await (await reopen()).call(0, write, 'write', async () => ok('third'), gate), ok('third'));
				assert.equal(asked(), 2);
			});

			it('not while it is still to be decided: what keeps the question from being answered leaves it open', async () => {
				await interrupted(write, 'write');
				const broken = { resend: () => Promise.reject(new Error('withheld')) };
				const journal = await reopen();
				await assert.rejects(journal.call(0, write, 'write', never, broken), /withheld/);
				const { gate } = asking(true);
				assert.deepEqual(await (await reopen()).call(0, write, 'write', async () => ok('now'), gate), ok('now'));
			});

			it('without a question where they are reads, or certain not to have happened', async () => {
				const journal = await reopen();
				const free = { allow: async () => {}, resend: never };
				await journal.call(0, write, 'read', async () => failed('network'), free);
				assert.deepEqual(await journal.call(1, write, 'read', async () => ok('read'), free), ok('read'));
				const refused = { tool: 't.post', args: {} };
				await journal.call(0, refused, 'write', async () => failed('http'), free);
				assert.deepEqual(await journal.call(1, refused, 'write', async () => ok('now'), free), ok('now'));
			});
		});

		it('are not begun by a process that may not act any more', async () => {
			const journal = await reopen({
				mayAct: () => {
					throw new Error('lost');
				},
			});
			await assert.rejects(journal.call(0, write, 'write', never), /lost/);
			await assert.rejects(journal.call(0, write, 'read', never), /lost/);
		});
	});

	describe('changes', () => {
		const call = (tool: string, n = 0) => ({ tool, args: { n } });

		it('are none of reads, of what was not sent, and of what the other server refused', async () => {
			const journal = await reopen();
			await journal.call(0, call('t.get'), 'read', async () => ok('read'));
			for (const kind of ['invalid-arguments', 'refused', 'unknown-tool'] as const) {
				await journal.call(0, call(`t.${kind}`), 'write', async () => failed(kind));
			}
			await journal.call(0, call('t.bad'), 'write', async () => ({ ok: false, kind: 'http', message: '', status: 422 }));
			await assert.rejects(journal.call(0, call('t.unallowed'), 'write', never, { allow: () => Promise.reject(new Error('no')) }), /no/);
			assert.deepEqual(journal.changes(), []);
			assert.deepEqual((await reopen()).changes(), []);
		});

		it('are all that went out or may have, each once over all attempts and processes', async () => {
			const journal = await reopen();
			await journal.call(0, call('t.add'), 'write', async () => ok('a'));
			await journal.call(0, call('t.add', 1), 'write', async () => ok('b'));
			await journal.call(0, call('t.fail'), 'write', async () => ({ ok: false, kind: 'http', message: '', status: 502 }));
			await journal.call(0, call('t.lost'), 'destructive', async () => failed('network'));
			await journal.call(0, call('t.cut'), 'write', async () => failed('stopped'));
			const again = await reopen();
			for (const tool of ['t.add', 't.lost', 't.cut']) await again.call(1, call(tool), 'write', never);
			for (const each of [again, await reopen()]) {
				assert.deepEqual([...each.changes()].sort(), ['t.add', 't.add', 't.cut', 't.fail', 't.lost']);
			}
		});
	});

	it('sends no write whose beginning cannot be recorded, and repeats none whose answer cannot', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
		const database = await SqliteDatabase.open(path.join(folder, 'bot.sqlite'));
		const file = await createSqliteStorage(database, { logger });
		const journal = await openJournal(file, RUN);
		await journal.step('a', async () => 1);
		await database.query('PRAGMA max_page_count = 20');
		const large = 'x'.repeat(200_000);
		await assert.rejects(journal.call(0, { tool: 't.put', args: { large } }, 'write', never), /disk .* is full/);
		await assert.rejects(
			journal.call(0, { tool: 't.put', args: {} }, 'write', async () => ok(large)),
			/disk .* is full/,
		);
		await database.query('PRAGMA max_page_count = 100000');
		const again = await openJournal(file, RUN);
		assert.equal((await again.call(0, { tool: 't.put', args: {} }, 'write', never)).ok, false);
		await file.close();
		await rm(folder, { recursive: true });
	});
});
