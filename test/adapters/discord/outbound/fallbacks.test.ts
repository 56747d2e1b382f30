import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ComponentType } from 'discord.js';
import { withoutFiles, withoutLayout } from '../../../../adapters/discord/outbound/fallbacks.ts';
import type { DiscordMessage } from '../../../../adapters/discord/render/message.ts';
import { messageWithFile } from './outbound-fixture.ts';

const TEXT = { type: ComponentType.TextDisplay as const, content: 'Sofia directed 8 movies.' };
const FILE = { type: ComponentType.File as const, file: { url: 'attachment://answer.csv' } };

describe('a message without its files', () => {
	it('keeps the rest, also within a container', () => {
		const message: DiscordMessage = {
			components: [{ type: ComponentType.Container, components: [TEXT, FILE] }],
			files: [{ filename: 'answer.csv', content: '1' }],
		};
		const [container, note] = withoutFiles(message).components;
		assert.deepEqual(container, { type: ComponentType.Container, components: [TEXT] });
		assert.match(JSON.stringify(note), /`answer\.csv` could not be attached: the bot lacks the permission Attach Files here/);
		assert.equal(withoutFiles(message).files, undefined);
	});

	it('is a note where there is nothing else', () => {
		const alone = withoutFiles({
			components: [{ type: ComponentType.Container, components: [FILE] }],
			files: messageWithFile('').files ?? [],
		});
		assert.equal(alone.components.length, 1);
	});
});

describe('a message without its layout', () => {
	it('keeps the words, and says what is wrong', () => {
		const section = {
			type: ComponentType.Section as const,
			components: [{ type: ComponentType.TextDisplay as const, content: 'Planning…' }],
			accessory: { type: ComponentType.Button as const, style: 2 as const, label: 'Stop', custom_id: 'stop' },
		};
		const { components, files } = withoutLayout({
			components: [{ type: ComponentType.Container, components: [TEXT, FILE] }, section],
			files: messageWithFile('').files ?? [],
		});
		assert.equal(files, undefined);
		assert.match(JSON.stringify(components), /Sofia directed 8 movies\.\\nPlanning…\\n-# Discord could not draw the rest/);
		assert.doesNotMatch(JSON.stringify(components), /Stop/);
	});

	it('is within the limits, and whole characters', () => {
		const [long] = withoutLayout({ components: [{ ...TEXT, content: `a${'😀'.repeat(3000)}` }] }).components;
		assert.ok(long?.type === ComponentType.TextDisplay && long.content.length < 2000 && long.content.isWellFormed());
	});

	it('is a note where there are no words', () => {
		assert.match(JSON.stringify(withoutLayout({ components: [FILE] })), /:"-# Discord could not draw/);
	});
});
