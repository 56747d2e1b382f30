import { createTypeChecker } from '../../src/code/check.ts';
import { type Finding, median, timed } from './report.ts';

const ROUNDS = 60;
const WARM_UP = 20;
const TOOLS = [54, 500, 2000];

/** A warm check of a program of ordinary size against toolsets of several sizes, each round with another program and other stored functions. */
export async function measureTypeCheck(): Promise<readonly Finding[]> {
	const checker = createTypeChecker();
	try {
		const rows: { label: string; median: number; unit: string }[] = [];
		for (const count of TOOLS) {
			const toolset = declareTools(count);
			let round = 0;
			const check = async () => {
				round += 1;
				const declarations = [toolset, `declare function stored${round}(name: string): Promise<number>;`];
				const [wrong] = await checker.check({ program: programOf(count, round), declarations });
				if (wrong) throw new Error(`the measured program must be right: ${wrong.message}`);
			};
			rows.push({ label: `one check, ${count} tools declared`, median: median(await timed(ROUNDS, check, WARM_UP)), unit: 'ms' });
		}
		return [{ name: 'Type check, warm', rows, aim: 'under 20 ms' }];
	} finally {
		await checker.close();
	}
}

/** Declarations the size of TMDB's: 8 arguments, 15 fields. */
function declareTools(count: number): string {
	const tools = Array.from({ length: count }, (_, index) => {
		const args = Array.from({ length: 7 }, (__, n) => `option${n}?: ${n % 2 ? 'number' : "'day' | 'week'"}`).join('; ');
		const fields = Array.from({ length: 14 }, (__, n) => `field${n}?: ${n % 3 ? 'string' : 'number[]'}`).join('; ');
		return `/** Does number ${index} of what the toolset does. */\ntool${index}(args: { query: string; ${args} }): Promise<{ page: number; results: { id: number; ${fields} }[] }>;`;
	});
	return `declare const tmdb: {\n${tools.join('\n')}\n};`;
}

function programOf(count: number, round: number): string {
	const steps = Array.from({ length: 5 }, (_, step) => {
		const tool = `tool${(round * 7 + step * 11) % count}`;
		return `async function step${step}(name: string, page = 1): Promise<number[]> {
  const found = await tmdb.${tool}({ query: name, option1: page, option2: 'week' });
  if (found.results.length === 0) throw new Error(\`Nothing is called \${name}\`);
  return found.results.filter((row) => (row.field3 ?? []).length > page).map((row) => row.id);
}`;
	});
	const calls = `const all = await Promise.all([step0('a'), step1('b'), step2('c', 2), step3('d'), step4('e')]);`;
	return `${steps.join('\n\n')}\n\n${calls}\nconst more = await stored${round}('f');\nreturn answer(\`Found \${all.flat().length + more}.\`, all.flat());`;
}
