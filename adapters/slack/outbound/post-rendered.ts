import type { Rendered } from '../render/message.ts';
import type { Outbound } from './outbound.ts';
import type { Target } from './target.ts';

/** The keys under which the parts of what was rendered are known: of its first message, and of its first file. */
export function keysOfFirst(key: string): readonly [message: string, file: string] {
	return [`${key}.0`, `${key}.f0`];
}

/** Queues all of it at once, so that it stands together, under names that begin with `key`. Resolves when all of it stands. */
export async function postRendered(outbound: Outbound, target: Target, { messages, files }: Rendered, key: string): Promise<void> {
	await Promise.all([
		...messages.map((message, part) => outbound.post(target, `${key}.${part}`, message)),
		...files.map((file, part) => outbound.upload(target, `${key}.f${part}`, file)),
	]);
}
