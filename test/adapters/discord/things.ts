import type { TestContext } from 'node:test';
import { type CountingApi, type CountingApiOptions, startCountingApi } from '../../pipeline/counting-api.ts';
import type { Discord, Person } from '../../simulators/discord/discord.ts';
import type { Answer, Stage } from '../../simulators/model-server.ts';
import { answered } from './people-see.ts';

/** An API on which every write counts, connected under this name by the form and an upload. Its bot needs ALLOW_PRIVATE_HOSTS=127.0.0.1. */
export async function connectThings(
	context: TestContext,
	discord: Discord,
	admin: Person,
	name: string,
	options?: CountingApiOptions,
): Promise<CountingApi> {
	const api = await startCountingApi(options);
	context.after(() => api.close());
	await admin.command('toolset add', {}, 'administration');
	const submitted = await admin.submit({ name, file: { name: `${name}.json`, content: api.document } });
	await answered(discord, submitted, /Connected/);
	return api;
}

/** A model that answers `Name Alien.` with a program that says just that. */
export interface HeldModel {
	readonly answer: Answer;
	/** Resolves when the question is at the stage at which it is held. */
	reached(name: string): Promise<void>;
	release(name: string): void;
}

/** Each question is held at the stage that `stageOf` gives for its name until it is released. */
export function holdNames(stageOf: (name: string) => Stage = () => 'implement'): HeldModel {
	const held = new Map<string, Record<'reached' | 'released', PromiseWithResolvers<void>>>();
	const hold = (name: string) => {
		const known = held.get(name) ?? { reached: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
		held.set(name, known);
		return known;
	};
	return {
		async answer(stage, prompt) {
			// The last one: questions before it may be part of the prompt.
			const name = [...prompt.matchAll(/Name (\w+)\./g)].at(-1)?.[1] ?? 'Nothing';
			if (stage === stageOf(name)) {
				hold(name).reached.resolve();
				await hold(name).released.promise;
			}
			const head = `async function name${name}(): Promise<string>`;
			const call = `const name = await name${name}();\nreturn answer(\`The name is \${name}.\`, name);`;
			if (stage === 'scaffold') return `${head} {}\n${call}`;
			return stage === 'plan' ? `${head} {\n  // 1. Say it.\n}` : `${head} { return '${name}'; }\n${call}`;
		},
		reached: (name) => hold(name).reached.promise,
		release: (name) => hold(name).released.resolve(),
	};
}
