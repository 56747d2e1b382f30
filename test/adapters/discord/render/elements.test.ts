import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escapeMarkdown } from 'discord.js';
import {
	codeSpan,
	fitted,
	literal,
	literalLine,
	person,
	quote,
	timeOf,
	withChannels,
} from '../../../../adapters/discord/render/elements.ts';
import { clean } from '../../../../adapters/shared/printable.ts';
import { leftOut } from '../../../../adapters/shared/shorten.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { plainOf, readMarkdown } from './read-markdown.ts';

const WORD_JOINER = '\u2060';
const shown = (text: string) => plainOf(text)?.replaceAll(WORD_JOINER, '');
/** Wherever a literal of ours may stand. */
const PLACES = ['', '-# ', '- ', '> ', '⚠️ ', '**', 'name: '];

describe('text from elsewhere is read as it is', () => {
	for (const attack of ATTACKS) {
		test(JSON.stringify(attack), () => {
			const text = literal(attack, 4000);
			assert.equal(shown(text), clean(attack).trim());
			assert.doesNotMatch(text, /@(?=everyone|here|[!&]?\d)/i, 'counted as a mention');
			for (const place of PLACES) {
				const around = readMarkdown(place).filter(({ kind }) => kind !== 'plain').length;
				const within = readMarkdown(place + text).filter(({ kind }) => kind !== 'plain').length;
				assert.equal(within, around, `behind ${place}`);
			}
			for (const limit of [1, 2, 3, 5, 8, 13, 21, 34, 55]) {
				const cut = literal(attack, limit);
				assert.ok(cut.length <= limit && cut.length > 0, `${cut.length} of ${limit}`);
				assert.notEqual(shown(cut), undefined, `cut to ${cut}`);
			}
		});
	}

	test('which discord.js alone does not achieve', () => {
		const all = { heading: true, bulletedList: true, numberedList: true, maskedLink: true };
		const left = ATTACKS.filter((attack) => plainOf(escapeMarkdown(attack, all)) === undefined);
		assert.ok(left.length > 8, `only ${left.length}`);
	});

	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(name, () => {
			for (const draw of [literal, literalLine]) {
				const drawn = draw(text, 300);
				assert.ok(drawn.length > 0 && drawn.length <= 300 && drawn.isWellFormed());
				assert.notEqual(shown(drawn), undefined);
			}
			assert.doesNotMatch(literalLine(text, 300), /\n/);
		});
	}
});

test('what is cut is said, and what fits is whole', () => {
	assert.deepEqual(fitted('a_b', 4), { text: 'a\\_b', whole: true });
	assert.deepEqual(fitted('a_b', 3), { text: 'a…', whole: false });
	assert.deepEqual(fitted(' \u202e ', 3), { text: '–', whole: true });
	assert.deepEqual(fitted('x'.repeat(100), 40, leftOut), { text: `${'x'.repeat(17)}\n… 83 more characters`, whole: false });
});

test('a name in code style is code, whatever it is', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		const span = codeSpan(text);
		assert.ok(span.length < 400, name);
		assert.deepEqual(
			readMarkdown(`a ${span} b`).map(({ kind }) => kind),
			['plain', 'code', 'plain'],
			name,
		);
	}
	assert.equal(codeSpan('find`Person`'), "`find'Person'`");
	assert.equal(codeSpan(''), '`–`');
	assert.equal(codeSpan('@everyone'), `\`@${WORD_JOINER}everyone\``);
});

test('people, times and channels are what Discord links, and nothing else', () => {
	assert.equal(person('200000000000000001'), '<@200000000000000001>');
	assert.equal(person('&200000000000000001'), '&200000000000000001');
	assert.equal(shown(person('<@&200000000000000001>')), '<@&200000000000000001>');
	assert.equal(timeOf('2026-01-02T03:19:05.000Z'), '<t:1767323945:t>');
	assert.equal(timeOf('soon'), 'soon');
	const linked = withChannels(literal('in <#300000000000000001>: <@200000000000000001> <#x> \\<#300000000000000001>', 200));
	assert.deepEqual(
		readMarkdown(linked)
			.filter(({ kind }) => kind !== 'plain')
			.map(({ kind }) => kind),
		['channel', 'channel'],
	);
});

test('every line of a quotation is one', () => {
	assert.equal(quote('a\n\nb'), '> a\n> \n> b');
});
