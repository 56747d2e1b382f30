import type { CountingApi } from '../pipeline/counting-api.ts';
import type { Answer } from '../simulators/model-server.ts';

/** Writes so far. */
export function writesTo(api: CountingApi): number {
	return api.requests.filter((request) => request === 'POST /things').length;
}

/** A model that answers `Make a wheel.` with a program that calls `wheel.makeThing` once. */
export const makeThings: Answer = (stage, prompt) => {
	const name =
		prompt
			.match(/Make an? (\w+)\./g)
			?.at(-1)
			?.replace(/^Make an? |\.$/g, '') ?? 'nothing';
	const call = `const made = await ${name}Number();\nreturn answer(\`This is ${name} number \${made}.\`, made);`;
	const head = `/** Makes a ${name}. @returns how many there are now */\nasync function ${name}Number(): Promise<number>`;
	if (stage === 'scaffold') return `${head} {}\n${call}`;
	if (stage === 'plan') return `${head} {\n  // 1. Make it.\n  const made = await ${name}.makeThing({});\n}`;
	return `${head} {\n  const made = await ${name}.makeThing({});\n  return made.count;\n}\n${call}`;
};
