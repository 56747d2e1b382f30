import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from '../../../../adapters/discord/render/marked.ts';
import { ATTACKS } from './attacks.ts';
import { readMarkdown } from './read-markdown.ts';

test('bold and code are marked, and nothing else', () => {
	assert.equal(marked('**Films** as `films`, *not* _this_'), '**Films** as `films`, \\*not\\* \\_this\\_');
	assert.equal(marked('**`a_b` and a_b**'), '**`a_b` and a\\_b**');
	assert.equal(marked('** alone, and ` alone'), '\\*\\* alone, and \\` alone');
});

test('whatever stands between the marks stays there', () => {
	for (const attack of ATTACKS) {
		const kinds = new Set(readMarkdown(marked(`a **${attack}** b\n${attack} c \`${attack}\``)).map(({ kind }) => kind));
		assert.ok(
			[...kinds].every((kind) => ['plain', 'strong', 'code'].includes(kind)),
			`${attack}: ${[...kinds]}`,
		);
	}
});
