import type { CountingApi } from '../pipeline/counting-api.ts';
import type { Answer } from '../simulators/model-server.ts';

/** Writes so far. */
export function writesTo(api: CountingApi): number {
	return api.requests.filter((request) => ['POST /things', 'DELETE /things'].includes(request)).length;
}

/**
 * A model that answers `Make a wheel.` with a program that calls `wheel.makeThing` once, whose line 3 makes the call, and `Remove the wheel.` with one
 * that calls `wheel.removeThings`.
 */
export const makeThings: Answer = (stage, prompt) => {
	const [asked = '', name = 'nothing'] = [...prompt.matchAll(/(?:Make an?|Remove the) (\w+)\./g)].at(-1) ?? [];
	const tool = asked.startsWith('Remove') ? 'removeThings' : 'makeThing';
	const call = `const made = await ${name}Number();\nreturn answer(\`This is ${name} number \${made}.\`, made);`;
	const head = `/** Makes a ${name}. @returns how many there are now */\nasync function ${name}Number(): Promise<number>`;
	if (stage === 'scaffold') return `${head} {}\n${call}`;
	if (stage === 'plan') return `${head} {\n  // 1. Make it.\n  const made = await ${name}.${tool}({});\n}`;
	return `${head} {\n  const made = await ${name}.${tool}({});\n  return made.count;\n}\n${call}`;
};
