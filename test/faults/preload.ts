/** Loaded before the bot (`--import`): puts what faults are made with in the place of three of its modules, and leaves all others alone. */
import { registerHooks } from 'node:module';
import { listenForFaults } from './faulty-storage.ts';

const urlOf = (file: string) => new URL(file, import.meta.url).href;

const REPLACED: ReadonlyMap<string, string> = new Map([
	[urlOf('../../src/storage/open.ts'), urlOf('faulty-storage.ts')],
	[urlOf('../../adapters/slack/outbound/outbound.ts'), urlOf('hasty-outbound.ts')],
	[import.meta.resolve('bullmq'), urlOf('hasty-queue.ts')],
]);

registerHooks({
	resolve(specifier, context, nextResolve) {
		const resolved = nextResolve(specifier, context);
		const replacement = REPLACED.get(resolved.url);
		// What stands in for a module is what imports the real one.
		return replacement === undefined || context.parentURL === replacement ? resolved : { ...resolved, url: replacement };
	},
});

listenForFaults();
