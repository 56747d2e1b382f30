import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	actionRow,
	button,
	container,
	emojiButton,
	fileComponent,
	section,
	textDisplay,
} from '../../../../adapters/discord/render/elements.ts';
import { measure } from '../../../../adapters/discord/render/limits.ts';

test('everything nested counts, and every text', () => {
	const components = [
		container(textDisplay('1234'), fileComponent('a.txt'), actionRow(button('567', 'a'), emojiButton('👍', 'b'))),
		section('89', button('0', 'c')),
	];
	assert.deepEqual(measure({ components }), { text: 10, components: 9 });
	assert.deepEqual(measure({ components: [] }), { text: 0, components: 0 });
});

test('a label is cut to what a button takes', () => {
	assert.equal(button('x'.repeat(100), 'a').label?.length, 80);
});
