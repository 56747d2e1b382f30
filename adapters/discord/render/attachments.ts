import type { AnsweredFile } from '../../shared/answered-files.ts';
import { fileComponent } from './elements.ts';
import type { DiscordMessage } from './message.ts';

const NAME = 80;

/** The files of an answer as a message below it; none where it has none. */
export function attachmentMessages(files: readonly AnsweredFile[]): readonly DiscordMessage[] {
	if (files.length === 0) return [];
	const taken = new Set<string>();
	const attached = files.map(({ filename, bytes }) => ({ filename: freeName(filename, taken), bytes }));
	return [{ components: attached.map(({ filename }) => fileComponent(filename)), attached }];
}

/** Discord changes other characters, and a component finds its file by the name; a number tells files of one name apart. */
export function freeName(filename: string, taken: Set<string>): string {
	const ending = /\.[A-Za-z0-9]{1,8}$/.exec(filename)?.[0] ?? '';
	const stem = filename
		.slice(0, filename.length - ending.length)
		.normalize('NFKD')
		.replaceAll(/[^A-Za-z0-9_-]+/g, '_')
		.replaceAll(/^_+|_+$/g, '')
		.slice(0, NAME);
	let name = `${stem || 'file'}${ending}`;
	for (let number = 2; taken.has(name); number += 1) name = `${stem || 'file'}-${number}${ending}`;
	taken.add(name);
	return name;
}
