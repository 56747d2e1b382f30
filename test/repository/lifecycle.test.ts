import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FunctionRecord, FunctionState, TransitionCause } from '../../src/repository/function-record.ts';
import {
	isDrifted,
	isOffered,
	isRepairable,
	isUsable,
	lastTransition,
	preferred,
	standingBefore,
} from '../../src/repository/function-state.ts';
import {
	broken,
	doubted,
	forgotten,
	judged,
	moved,
	verified,
	withFailure,
	withFeedback,
	withQuestion,
	withSuccess,
} from '../../src/repository/lifecycle.ts';
import { recordOf } from './stored-functions.ts';

const CANDIDATE = recordOf('async function countFilms(person: string): Promise<number> { return 1 }', {
	recent: [],
	questions: ['first?'],
});
const TOOLS = [{ tool: 'movies.search', schemaHash: 'new' }];
const VERIFIED = { tools: TOOLS, uses: [] };

/** Later with every call. */
let clock = Date.parse('2026-02-01T00:00:00.000Z');
const later = () => new Date(clock++).toISOString();
let runs = 0;
const use = (run = `run-${runs++}`) => ({ run, at: later() });
const example = (id: string) => ({ id, text: `countFilms("${id}") → 1` });
const in_ = (state: FunctionState, cause: TransitionCause = 'use'): FunctionRecord =>
	moved({ ...CANDIDATE, examples: [example('a')] }, state, { at: later(), cause, reason: 'a test' });
const TRUSTED = in_('trusted');
const succeeded = (record: FunctionRecord, more: Partial<Parameters<typeof withSuccess>[1]> = {}) =>
	withSuccess(record, { use: use(), question: 'q?', ...more });
const failed = (record: FunctionRecord, problem?: string) => withFailure(record, { ...use(), ...(problem !== undefined && { problem }) });
const stands = (record: FunctionRecord) => `${record.state}: ${lastTransition(record).cause}`;

describe('a success', () => {
	test('with other arguments makes a candidate trusted, with the same ones or none it does not', () => {
		assert.equal(stands(succeeded(in_('candidate'), { example: example('a') })), 'candidate: use');
		assert.equal(stands(succeeded(in_('candidate'))), 'candidate: use');
		const trusted = succeeded({ ...CANDIDATE, examples: [example('a')] }, { example: example('b') });
		assert.deepEqual(
			[stands(trusted), trusted.examples.map(({ id }) => id), trusted.history.at(-1)?.from],
			['trusted: use', ['a', 'b'], 'candidate'],
		);
	});

	test('leaves the last three examples, ten questions and twenty uses', () => {
		let record = CANDIDATE;
		for (let n = 0; n < 25; n++)
			record = succeeded(record, { question: `question ${n % 12}`, example: example(String(n)), use: use(`run ${n}`) });
		assert.deepEqual(
			record.examples.map(({ id }) => id),
			['22', '23', '24'],
		);
		assert.deepEqual(
			record.questions,
			[3, 4, 5, 6, 7, 8, 9, 10, 11, 0].map((n) => `question ${n}`),
		);
		assert.deepEqual(
			record.recent.map(({ run }) => run),
			Array.from({ length: 20 }, (_, n) => `run ${n + 5}`),
		);
		assert.deepEqual([record.statistics.succeeded, record.statistics.lastUsedAt], [26, record.recent.at(-1)?.at]);
	});

	test('of a run that is recorded late makes the last use no earlier', () => {
		const record = withSuccess(CANDIDATE, { use: { run: 'early', at: '2020-01-01T00:00:00.000Z' }, question: '' });
		assert.deepEqual([record.statistics.lastUsedAt, record.statistics.succeeded], [CANDIDATE.statistics.lastUsedAt, 2]);
	});

	for (const [state, cause] of [
		['quarantined', 'failures'],
		['quarantined', 'drift'],
		['retired', 'outcome'],
		['retired', 'superseded'],
		['retired', 'cap'],
	] as const) {
		test(`brings back what is ${state} for ${cause} once it is verified`, () => {
			assert.equal(stands(succeeded(in_(state, cause), { example: example('b') })), `${state}: ${cause}`);
			const back = succeeded(in_(state, cause), { example: example('b'), verified: VERIFIED });
			assert.deepEqual([stands(back), back.tools, back.history.at(-1)?.from], ['candidate: use', TOOLS, state]);
		});
	}

	for (const [state, cause] of [
		['quarantined', 'feedback'],
		['quarantined', 'retry'],
		['retired', 'forgotten'],
	] as const) {
		test(`counts, and brings nothing back that people had ${state} (${cause}), whatever became of it since`, () => {
			const record = in_(state, cause);
			const retired = moved(record, 'retired', { at: later(), cause: 'outcome', reason: 'was quarantined for 30 days' });
			for (const gone of [record, retired]) {
				const after = succeeded(gone, { example: example('b'), verified: VERIFIED });
				assert.deepEqual([stands(after), after.statistics.succeeded], [stands(gone), 2]);
			}
		});
	}

	test('does not bring back what was disliked while it was not offered, until the dislike is taken back', () => {
		const disliked = withFeedback(in_('quarantined', 'failures'), 1, later());
		assert.equal(stands(succeeded(disliked, { verified: VERIFIED })), 'quarantined: failures');
		assert.equal(stands(succeeded(withFeedback(disliked, -1, later()), { verified: VERIFIED })), 'candidate: use');
	});

	test('makes what was doubted trusted when nothing came of the doubt', () => {
		const at = doubted(TRUSTED, later()).history.at(-1)?.at ?? '';
		const much = { run: 'much later', at: new Date(Date.parse(at) + 3 * 60 * 60 * 1000).toISOString() };
		assert.equal(stands(succeeded(doubted(TRUSTED, at), { use: much, example: example('b') })), 'trusted: use');
	});

	test('does not make what is doubted trusted, so that what comes of the doubt still counts', () => {
		const after = succeeded(doubted(TRUSTED, later()), { example: example('b') });
		assert.equal(stands(after), 'candidate: retry');
		assert.equal(stands(judged(after, false, later())), 'quarantined: retry');
		assert.equal(stands(judged(after, true, later())), 'trusted: verified');
	});

	test('that a resumed run says again counts no more, and brings nothing back that was taken from offer since', () => {
		const said = { use: use(), question: 'q?', example: example('a'), verified: VERIFIED };
		const once = withSuccess({ ...CANDIDATE, examples: [example('a')] }, said);
		assert.deepEqual(withSuccess(once, said), once);
		const again = { ...said, use: { ...said.use, at: later() } };
		assert.equal(withSuccess(once, again).statistics.succeeded, 2);
		const quarantined = failed(failed(once));
		assert.equal(stands(withSuccess(quarantined, { ...said, use: { ...said.use, at: later() } })), 'quarantined: failures');
	});
});

describe('a failure', () => {
	test('alone, or after a success, changes no state; the second in a row quarantines', () => {
		const once = failed(TRUSTED, 'first');
		assert.deepEqual([stands(once), once.statistics.failed, once.recent.at(-1)?.problem], ['trusted: use', 1, 'first']);
		assert.equal(stands(failed(succeeded(once))), 'trusted: use');
		const twice = failed(once, 'no such person');
		assert.equal(stands(twice), 'quarantined: failures');
		const { reason, detail } = lastTransition(twice);
		assert.deepEqual([reason, detail], ['failed 2 times in a row', 'the last time: no such person']);
		assert.equal(stands(failed(twice)), 'quarantined: failures');
		assert.equal(twice.history.length, failed(twice).history.length);
	});

	test('of one run counts once', () => {
		const said = { ...use(), problem: 'x' };
		const once = withFailure(TRUSTED, said);
		assert.equal(withFailure(once, said), once);
		assert.deepEqual([once.statistics.failed, stands(once)], [1, 'trusted: use']);
	});

	test('from before it was verified again is dealt with', () => {
		const back = verified(failed(failed(TRUSTED)), { tools: TOOLS, at: later() });
		assert.equal(stands(back), 'candidate: verified');
		assert.equal(stands(failed(back)), 'candidate: verified');
		assert.equal(stands(failed(failed(back))), 'quarantined: failures');
		assert.equal(withFailure(back, { run: back.recent.at(-1)?.run ?? '', at: later() }), back);
	});

	test('and a success of one run, which tried twice, are both counted', () => {
		const { run, at } = use();
		const record = withSuccess(withFailure(CANDIDATE, { run, at }), { use: { run, at }, question: '' });
		assert.deepEqual([record.statistics.failed, record.statistics.succeeded], [1, 2]);
	});
});

describe('a dislike', () => {
	test('quarantines, and the last one that is taken back ends that', () => {
		const disliked = withFeedback(withFeedback(TRUSTED, 1, later()), 1, later());
		assert.deepEqual([stands(disliked), disliked.statistics.disliked], ['quarantined: feedback', 2]);
		const one = withFeedback(disliked, -1, later());
		assert.deepEqual([stands(one), one.statistics.disliked], ['quarantined: feedback', 1]);
		assert.equal(stands(withFeedback(one, -1, later())), 'trusted: feedback');
	});

	test('that is taken back brings nothing back that something else speaks against', () => {
		const gone = forgotten(withFeedback(TRUSTED, 1, later()), later(), 'U1');
		assert.equal(stands(withFeedback(gone, -1, later())), 'retired: forgotten');
		assert.equal(stands(withFeedback(withFeedback(in_('quarantined', 'drift'), 1, later()), -1, later())), 'quarantined: drift');
	});

	test('is never counted below none', () => {
		assert.equal(withFeedback(TRUSTED, -1, later()).statistics.disliked, 0);
	});
});

describe('a doubt', () => {
	test('costs a step, and ends as the other answer says', () => {
		assert.equal(stands(doubted(TRUSTED, later())), 'candidate: retry');
		const candidate = doubted(CANDIDATE, later());
		assert.equal(stands(candidate), 'quarantined: retry');
		assert.equal(stands(judged(candidate, true, later())), 'candidate: verified');
		assert.equal(stands(judged(doubted(TRUSTED, later()), true, later())), 'trusted: verified');
		const wrong = judged(doubted(TRUSTED, later()), false, later());
		assert.deepEqual([stands(wrong), lastTransition(wrong).from], ['quarantined: retry', 'candidate']);
		assert.equal(lastTransition(judged(candidate, false, later())).reason, 'another program gave another answer');
	});

	test('is nothing to what is not offered, and its end nothing where something else was last', () => {
		for (const record of [in_('retired', 'cap'), in_('quarantined', 'drift')]) assert.equal(doubted(record, later()), record);
		for (const record of [CANDIDATE, TRUSTED, in_('quarantined', 'failures')]) {
			assert.equal(judged(record, true, later()), record);
			assert.equal(judged(record, false, later()), record);
		}
	});
});

describe('a change of the API', () => {
	test('quarantines what is offered, and what fits again has its standing back', () => {
		const gone = broken(TRUSTED, 'calls movies.search, which is gone', later());
		assert.deepEqual([stands(gone), isRepairable(gone)], ['quarantined: drift', true]);
		assert.equal(broken(gone, 'more', later()), gone);
		const back = verified(gone, { tools: TOOLS, at: later() });
		assert.deepEqual([stands(back), back.tools], ['trusted: verified', TOOLS]);
	});

	test('stamps what is not quarantined, and whoever has something verified is written down', () => {
		const stamped = verified(TRUSTED, { tools: TOOLS, at: later(), by: 'U1' });
		assert.deepEqual([stamped.tools, stamped.history], [TOOLS, TRUSTED.history]);
		const back = verified(in_('quarantined', 'feedback'), { tools: TOOLS, at: later(), by: 'U1' });
		assert.deepEqual([stands(back), lastTransition(back).by], ['candidate: verified', 'U1']);
	});
});

describe('the standing of a function', () => {
	test('tells what is offered, what others may run, and what may be mended', () => {
		const states = [
			[CANDIDATE, [true, true, false]],
			[TRUSTED, [true, true, false]],
			[in_('quarantined', 'feedback'), [false, true, false]],
			[in_('quarantined', 'retry'), [false, true, false]],
			[moved(in_('quarantined', 'retry'), 'retired', { at: later(), cause: 'outcome', reason: 'r' }), [false, true, false]],
			[in_('quarantined', 'failures'), [false, false, true]],
			[in_('retired', 'superseded'), [false, true, false]],
			[in_('retired', 'forgotten'), [false, false, false]],
			[moved(in_('quarantined', 'drift'), 'retired', { at: later(), cause: 'outcome', reason: 'r' }), [false, false, false]],
		] as const;
		for (const [record, expected] of states) {
			assert.deepEqual([isOffered(record), isUsable(record), isRepairable(record)], expected, stands(record));
		}
	});

	test('is that of the newest trusted version, else of those offered, else of all', () => {
		const of = (...states: FunctionState[]) => preferred(states.map((state, at) => ({ state, at })))?.at;
		assert.deepEqual(
			[of(), of('retired', 'quarantined'), of('retired', 'candidate', 'candidate'), of('candidate', 'trusted', 'trusted')],
			[undefined, 0, 1, 1],
		);
	});

	test('before it was ever changed is that of a candidate', () => {
		assert.equal(standingBefore(CANDIDATE), 'candidate');
		assert.throws(() => lastTransition({ history: [] }), /no history/);
	});

	test('is kept when nothing changes, and of a long history the beginning and the end', () => {
		assert.equal(moved(TRUSTED, 'trusted', { at: later(), cause: 'promoted', reason: 'r' }), TRUSTED);
		let record = CANDIDATE;
		for (let n = 0; n < 150; n++) record = n % 2 ? verified(record, { tools: [], at: later() }) : broken(record, `change ${n}`, later());
		assert.equal(record.history.length, 100);
		assert.deepEqual([record.history[0], record.history.at(-2)?.reason], [CANDIDATE.history[0], 'change 148']);
	});

	test('questions are each there once, and one that nobody typed is none', () => {
		assert.deepEqual(withQuestion(['a', 'b'], 'a'), ['b', 'a']);
		assert.deepEqual(withQuestion(['a'], ''), ['a']);
	});
});

/** Everything that happens to a function, as an answer, a person or the API does it. */
type Event =
	| { readonly kind: 'succeeded'; readonly run: number; readonly example?: string; readonly verified: boolean }
	| { readonly kind: 'failed'; readonly run: number }
	| {
			readonly kind: 'disliked' | 'doubted' | 'agreed' | 'disagreed' | 'broke' | 'fits' | 'forgotten' | 'restored' | 'promoted' | 'retired';
	  };

const runNumber = fc.nat({ max: 12 });
const event: fc.Arbitrary<Event> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('succeeded' as const),
			run: runNumber,
			example: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
			verified: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('failed' as const), run: runNumber }) },
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constantFrom(
				...(['disliked', 'doubted', 'agreed', 'disagreed', 'broke', 'fits', 'forgotten', 'restored', 'promoted', 'retired'] as const),
			),
		}),
	},
);

function after(record: FunctionRecord, happened: Event, at = later()): FunctionRecord {
	const by = 'U1';
	switch (happened.kind) {
		case 'succeeded':
			return withSuccess(record, {
				use: { run: `run-${happened.run}`, at },
				question: `question ${happened.run}`,
				...(happened.example !== undefined && { example: example(happened.example) }),
				...(happened.verified && { verified: VERIFIED }),
			});
		case 'failed':
			return withFailure(record, { run: `run-${happened.run}`, at });
		case 'disliked':
			return withFeedback(record, 1, at);
		case 'doubted':
			return doubted(record, at);
		case 'agreed':
		case 'disagreed':
			return judged(record, happened.kind === 'agreed', at);
		case 'broke':
			return broken(record, 'the API changed', at);
		case 'fits':
			return record.history.at(-1)?.cause === 'drift' ? verified(record, { tools: TOOLS, at }) : record;
		case 'forgotten':
			return forgotten(record, at, by);
		case 'restored':
			return record.state === 'retired' ? moved(record, 'candidate', { at, cause: 'restored', reason: 'r', by }) : record;
		case 'promoted':
			return record.state === 'retired' ? record : moved(record, 'trusted', { at, cause: 'promoted', reason: 'r', by });
		case 'retired':
			return moved(record, 'retired', { at, cause: 'cap', reason: 'r' });
	}
}

test('a retry that begins anew costs no further step', () => {
	const at = later();
	const once = doubted(TRUSTED, at);
	assert.equal(stands(once), 'candidate: retry');
	assert.equal(doubted(once, at), once);
	assert.equal(stands(doubted(once, later())), 'quarantined: retry');
});

test('a dislike that is taken back does not end a doubt', () => {
	const back = withFeedback(withFeedback(doubted(TRUSTED, later()), 1, later()), -1, later());
	assert.equal(stands(back), 'candidate: feedback');
	assert.equal(stands(succeeded(back, { example: example('new') })), 'candidate: feedback');
	assert.equal(stands(judged(doubted(back, later()), true, later())), 'candidate: verified');
});

test('what was disliked while it did not fit its tools does not come back with them', () => {
	const drifted = broken(TRUSTED, 'the API changed', later());
	assert.equal(isDrifted(drifted), true);
	const heard = withFeedback(drifted, 1, later());
	assert.equal(isDrifted(heard), false);
	assert.equal(isDrifted(withFeedback(heard, -1, later())), true);
	assert.equal(isDrifted(TRUSTED), false);
});

test('what was doubted, failed, and was written again does not end the doubt', () => {
	let record = failed(failed(doubted(TRUSTED, later())));
	assert.equal(stands(record), 'quarantined: failures');
	for (const id of ['a', 'b']) record = succeeded(record, { example: example(id), verified: VERIFIED });
	assert.equal(stands(record), 'quarantined: failures');
	const trusted = judged(doubted(TRUSTED, later()), true, later());
	assert.equal(
		stands(succeeded(failed(failed(trusted)), { verified: VERIFIED })),
		'candidate: use',
		'a doubt that came to nothing is over',
	);
});

describe('after any events', () => {
	const lives = fc.array(event, { minLength: 1, maxLength: 60 });

	test('state, history, statistics and uses agree with one another', () => {
		fc.assert(
			fc.property(lives, (events) => {
				const start: FunctionRecord = { ...CANDIDATE, statistics: { ...CANDIDATE.statistics, succeeded: 0 } };
				let record = start;
				for (const happened of events) {
					const before = record;
					record = after(record, happened);
					const grown = record.history.length - before.history.length;
					assert.ok(grown === 0 || grown === 1);
					assert.equal(record.state === before.state || grown === 1, true, 'a change without a transition');
				}
				assert.equal(record.state, lastTransition(record).to);
				for (const [at, { from }] of record.history.entries()) assert.equal(from, record.history[at - 1]?.to);
				const { succeeded: right, failed: wrong, disliked = 0 } = record.statistics;
				const runsOf = (kind: 'succeeded' | 'failed') => new Set(events.flatMap((each) => (each.kind === kind ? each.run : []))).size;
				if (record.recent.length < 20) assert.deepEqual([right, wrong], [runsOf('succeeded'), runsOf('failed')]);
				assert.ok(right + wrong >= record.recent.length);
				assert.equal(disliked, events.filter(({ kind }) => kind === 'disliked').length);
				assert.ok(record.examples.length <= 3 && record.questions.length <= 10 && record.recent.length <= 20);
				assert.equal(new Set(record.examples.map(({ id }) => id)).size, record.examples.length);
			}),
		);
	});

	test('what the same run says once more changes nothing that a question sees', () => {
		fc.assert(
			fc.property(lives, fc.integer({ min: 1, max: 5 }), (events, again) => {
				let record = CANDIDATE;
				for (const happened of events) record = after(record, happened);
				const said = events.filter(({ kind }) => kind === 'succeeded' || kind === 'failed').slice(-again);
				let resumed = record;
				for (const happened of said) resumed = after(resumed, happened);
				if (record.recent.length === 20) return;
				assert.deepEqual(resumed.statistics, record.statistics);
				assert.deepEqual(resumed.recent, record.recent);
				assert.equal(isOffered(resumed) && !isOffered(record), false, 'it is back');
				assert.equal(resumed.state === 'quarantined' && record.state !== 'quarantined', false, 'it is quarantined');
			}),
		);
	});

	test('nothing that answers say brings back what a person took away, or raises what a person doubts', () => {
		const said = fc.constantFrom('disliked', 'doubted', 'disagreed', 'forgotten');
		const answers = fc.array(event.filter(({ kind }) => kind === 'succeeded' || kind === 'failed' || kind === 'retired'));
		fc.assert(
			fc.property(lives, said, answers, (events, kind, more) => {
				let record = CANDIDATE;
				for (const happened of events) record = after(record, happened);
				const heard = after(record, { kind });
				if (heard === record) return;
				let later = heard;
				for (const happened of more) {
					later = after(later, happened);
					if (!isOffered(heard)) assert.ok(!isOffered(later), `${kind}, and offered again for ${lastTransition(later).cause}`);
					assert.ok(heard.state === 'trusted' || later.state !== 'trusted', `${kind}, and trusted all the same`);
				}
			}),
		);
	});
});
