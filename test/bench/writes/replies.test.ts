import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parseLoosely, parseProgram } from '../../../src/code/parse.ts';
import { loadPreparedAnswers } from '../../../src/model/prepared-format.ts';
import { programIn } from '../../../src/model/reply.ts';
import { readScaffold } from '../../../src/pipeline/scaffold.ts';

const answers = await loadPreparedAnswers(path.join(import.meta.dirname, '../../../bench/writes/replies'));

describe('the prepared replies to write questions', () => {
	test('are there', () => assert.ok(answers.length >= 18));

	for (const { question, replies } of answers) {
		test(question, () => {
			const codeOf = (stage: string) => programIn(replies.find((reply) => reply.stage === stage)?.reply ?? '') ?? '';
			const drawn = readScaffold(codeOf('scaffold'), []);
			assert.equal(drawn?.kind, 'scaffold');
			assert.ok(parseLoosely(codeOf('plan')));
			const program = parseProgram(codeOf('implement'));
			assert.ok(program.ok, program.ok ? '' : program.diagnostic.message);
			assert.ok(program.program.functions.some(({ name }) => drawn?.kind === 'scaffold' && name === drawn.functionName));
			assert.doesNotMatch(codeOf('implement'), /['"`][0-9A-Za-z]{22}['"`]|spotify:\w+:\w/, 'an id that only one world has');
		});
	}
});
