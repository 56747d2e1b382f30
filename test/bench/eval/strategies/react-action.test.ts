import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readReactReply } from '../../../../bench/eval/strategies/react-action.ts';

describe('what is no action', () => {
	const replies: Record<string, string> = {
		'': '(an empty reply)',
		'I do not know.': 'I do not know.',
		'Thought 1: I need the book first.': 'Thought 1: I need the book first.',
		'Observation 1: {"id": 7}\nAction 1: finish[7]': '(an empty reply)',
	};
	for (const [reply, said] of Object.entries(replies)) {
		test(JSON.stringify(reply), () => {
			const read = readReactReply(reply);
			assert.equal(read.action.kind, 'none');
			assert.equal(read.said, said);
		});
	}

	for (const args of ['query="x"', '{"id": }', '[1]', '"x"', '{id: 7}', '{"id": 7', `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`]) {
		test(`arguments ${args.slice(0, 20)}`, () => {
			const { action } = readReactReply(`Action 1: library.getBook(${args})`);
			assert.deepEqual(action, { kind: 'none', problem: 'The arguments of library.getBook are not one JSON object.' });
		});
	}

	test('many brackets take no time that grows with their square', () => {
		assert.equal(readReactReply(`Action 1: library.getBook({"a": "${')'.repeat(500_000)}`).action.kind, 'none');
	});
});

describe('a call', () => {
	const call = { kind: 'call', tool: 'library.getBook', args: { id: 7 } };
	const replies: readonly string[] = [
		'Thought 1: The book is 7.\nAction 1: library.getBook({"id": 7})',
		'Thought: The book.\nAction: library.getBook({"id": 7})',
		'**Thought 1:** The book.\n**Action 1:** `library.getBook({"id": 7})`',
		'Action 1:\n```ts\nawait library.getBook({"id": 7})\n```',
		'Action 1: library.getBook({\n  "id": 7\n})',
		'I look it up.\nlibrary.getBook({"id": 7})',
		'Action 1: library.getBook({"id": 7}) (the one that was asked for)',
		'Action 1: library.getBook({"id": 7}',
		'<think>\nAction 1: finish[no]\n</think>\nAction 1: library.getBook({"id": 7})',
		'Action 1: library.getBook({"id": 7})\nObservation 1: {"pages": 1}\nThought 2: It has one.\nAction 2: finish[1]',
		'Action 1: library.getBook({"id": 7})\nThought 2: Then.\nAction 2: finish[1]',
	];
	for (const reply of replies) {
		test(JSON.stringify(reply), () => {
			const { action, said } = readReactReply(reply);
			assert.deepEqual(action, call);
			assert.doesNotMatch(said, /finish|Observation/);
		});
	}

	test('holds brackets in its texts, or no arguments at all', () => {
		const { action } = readReactReply('Action 1: library.find({"title": "Dawn (1987) [new]"})');
		assert.deepEqual(action, { kind: 'call', tool: 'library.find', args: { title: 'Dawn (1987) [new]' } });
		assert.deepEqual(readReactReply('Action 1: library.listBooks()').action, { kind: 'call', tool: 'library.listBooks', args: {} });
	});
});

describe('the other actions', () => {
	const replies: Record<string, object> = {
		'Action 3: finish[264 pages.]': { kind: 'finish', text: '264 pages.' },
		'Action 3: Finish[Kindred [2nd edition],\nDawn]': { kind: 'finish', text: 'Kindred [2nd edition],\nDawn' },
		'Action 3: finish[264 pages': { kind: 'finish', text: '264 pages' },
		'Action 3: finish[]': { kind: 'finish', text: '' },
		'finish[264]': { kind: 'finish', text: '264' },
		'Action: ask[Which book?]': { kind: 'ask', text: 'Which book?' },
		'Action: search[lend a book]': { kind: 'search', text: 'lend a book' },
		'Action: describe[library.getBook]': { kind: 'describe', text: 'library.getBook' },
	};
	for (const [reply, action] of Object.entries(replies)) test(reply, () => assert.deepEqual(readReactReply(reply).action, action));
});
