import type { Answer } from '../simulators/model-server.ts';
import { OPERATIONS, operationId } from './echoing-api.ts';

/**
 * A model whose programs do what they can to show a credential. `Use crm.` is answered with all that the API says; the program of `Break crm.` throws all of
 * it, however often it is repaired.
 */
export const collect: Answer = (stage, prompt) => {
	const [, verb = '', toolset = ''] = [...prompt.matchAll(/(Use|Break) (\w+)\./g)].at(-1) ?? [];
	const name = `${verb.toLowerCase()}${toolset}`;
	const head = `/** Collects what ${toolset} says. @returns all of it */\nasync function ${name}(): Promise<string>`;
	const main = `const all = await ${name}();\nreturn answer(\`All of it: \${all}\`, all);`;
	const calls = OPERATIONS.map((operation) => `${toolset}.${operationId(operation)}({})`);
	if (stage === 'scaffold') return `${head} {}\n\n${main}`;
	if (stage === 'plan')
		return `${head} {\n  // 1. Ask for everything.\n${calls.map((call, at) => `  const said${at} = await ${call};`).join('\n')}\n}`;
	const collected = calls.map(
		(call) => `  try {\n    said.push(JSON.stringify(await ${call}));\n  } catch (error) {\n    said.push(String(error));\n  }`,
	);
	const end = verb === 'Break' ? "throw new Error(said.join('\\n'));" : "console.log(said.join('\\n'));\n  return said.join('\\n');";
	return `${head} {\n  const said: string[] = [];\n${collected.join('\n')}\n  ${end}\n}\n\n${main}`;
};
