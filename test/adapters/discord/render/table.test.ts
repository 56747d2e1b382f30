import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import stringWidth from 'string-width';
import { drawTable, layOut } from '../../../../adapters/discord/render/table.ts';

describe('a table', () => {
	test('gives way in its widest columns, to the width of a screen', () => {
		const { head, rows, cut } = layOut(['id', 'text', 'note'], [[1, 'x'.repeat(100), 'y'.repeat(50)]], 'cut');
		assert.equal(stringWidth(rows[0] ?? ''), 80);
		assert.match(rows[0] ?? '', /^ 1 {2}x+… {2}y+…$/);
		assert.match(head, /^id {2}text/);
		assert.ok(cut);
	});

	test('leaves out the columns that have no room at all', () => {
		const columns = Array.from({ length: 30 }, (_, at) => `column ${at}`);
		const { columns: shown, cut } = layOut(columns, [], 'cut');
		assert.equal(shown, 10);
		assert.ok(cut);
	});

	test('keeps all of a cell where it may wrap', () => {
		const words = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
		const { rows } = layOut(['name', 'does'], [['/ask', words]], 'wrap');
		const lines = rows[0]?.split('\n') ?? [];
		assert.ok(lines.length > 3 && lines.every((line) => stringWidth(line) <= 80));
		assert.deepEqual(lines.join(' ').split(/\s+/), ['/ask', ...words.split(' ')]);
		assert.match(lines[1] ?? '', /^ {6}word/);
	});

	test('breaks no word where others can give way', () => {
		const id = '01JD0000000000000000000000';
		const { rows } = layOut(['when', 'question', 'id'], [['2026-01-01 10:00', 'How many films did she direct? '.repeat(3), id]], 'wrap');
		assert.ok(rows[0]?.includes(id));
		assert.ok(
			layOut(['a', 'b'], [['x'.repeat(200), 'y'.repeat(200)]], 'wrap')
				.rows[0]?.split('\n')
				.every((line) => line.length <= 80),
		);
	});

	test('takes no more room than there is', () => {
		const rows = Array.from({ length: 20 }, (_, id) => [id, 'x'.repeat(70)]);
		const { block, rows: shown, cut } = drawTable(['id', 'x'], rows, 900);
		assert.ok(block.content.length <= 900 && shown > 5 && shown < 20 && cut);
	});

	test('is cut within no character', () => {
		const { rows } = layOut(['who'], [['e\u0301'.repeat(90)]], 'cut');
		assert.match(rows[0] ?? '', /^(?:e\u0301){79}…$/);
	});
});
