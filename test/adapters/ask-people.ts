import type { Answer } from '../simulators/model-server.ts';

/** What the card of a question says, and nothing else does. */
export const ASKED = /The program asks <@/;

const CALLS: Readonly<Record<string, (name: string, options: string) => string>> = {
	Choose: (name, options) =>
		`human.choose({ question: 'Which ${name} is it?', options: Array.from({ length: ${options} }, (_, at) => \`${name} \${at + 1}\`) })`,
	Confirm: (name) => `human.confirm({ question: 'Is it the ${name}?' })`,
	Type: (name) => `human.input({ question: 'What is the ${name} called?' })`,
};

/**
 * A model that answers `Choose film of 12.`, `Confirm film.` and `Type film.` with a program that asks the person just that, once, and answers
 * `The film is …!` with what they said.
 */
export const askPeople: Answer = (stage, prompt) => {
	const [, kind = 'Confirm', name = 'nothing', options = '3'] =
		[...prompt.matchAll(/(Choose|Confirm|Type) (\w+)(?: of (\d+))?\./g)].at(-1) ?? [];
	const call = CALLS[kind]?.(name, options) ?? '';
	const main = `const said = await ${name}Said();\nreturn answer(\`The ${name} is \${said}!\`, said);`;
	const head = `/** Finds out the ${name}. @returns what the person said */\nasync function ${name}Said(): Promise<${kind === 'Confirm' ? 'boolean' : 'string'}>`;
	if (stage === 'scaffold') return `${head} {}\n${main}`;
	if (stage === 'plan') return `${head} {\n  // 1. Ask.\n  const said = await ${call};\n}`;
	return `${head} {\n  return ${call};\n}\n${main}`;
};
