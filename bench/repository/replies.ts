import { HELPERS } from './helpers.ts';
import { type BenchQuestion, filledIn } from './questions.ts';
import { type Signature, saysTheSame, signatureIn } from './signature.ts';

/** What a model writes at each stage for one question. */
export interface Author {
	/** The offered function that does what this kind of question needs, as far as its line says, under whatever name. */
	fitting(offered: readonly Signature[]): Signature | undefined;
	reuse(called: Signature): string;
	scaffold(): string;
	/** Both call the offered functions that do what is needed. */
	plan(offered: readonly Signature[]): string;
	program(offered: readonly Signature[]): string;
}

export function authorOf({ kind, names, hand }: BenchQuestion): Author {
	const source = kind.writings[hand % kind.writings.length] ?? '';
	const signatures = kind.writings.map(signatureIn);
	const head = source.slice(0, source.indexOf('{\n'));
	const main = (name: string) => {
		const args = Object.values(names).map((value) => JSON.stringify(value));
		return `const result = await ${name}(${args.join(', ')});\nreturn answer(\`${filledIn(kind.sentence, names)}\`, result);`;
	};
	const fitting = (offered: readonly Signature[]) => offered.find((candidate) => signatures.some((own) => saysTheSame(own, candidate)));
	return {
		fitting,
		reuse: ({ name }) => main(name),
		scaffold: () => `${head}{}\n\n${main(signatureIn(source).name)}`,
		plan(offered) {
			const whole = fitting(offered);
			if (whole) return `${head}{\n  // 1. A function that exists does this.\n  const result = await ${whole.name}();\n}`;
			const { own, helpers } = withHelpers(source, offered, hand);
			return [...helpers, own].map(planOf).join('\n\n');
		},
		program(offered) {
			const whole = fitting(offered);
			if (whole) return main(whole.name);
			const { own, helpers } = withHelpers(source, offered, hand);
			return [...helpers, own, main(signatureIn(source).name)].join('\n\n');
		},
	};
}

/** A function that calls what is offered by its name there, and the helpers to write beside it. */
function withHelpers(source: string, offered: readonly Signature[], hand: number): { own: string; helpers: readonly string[] } {
	let own = source;
	const helpers: string[] = [];
	for (const writings of HELPERS) {
		const [usual, ...others] = writings.map(signatureIn);
		const call = new RegExp(`\\b${usual?.name}\\b`, 'g');
		if (!usual || !call.test(source)) continue;
		const known = offered.find((candidate) => [usual, ...others].some((way) => saysTheSame(way, candidate)));
		const written = writings[hand % writings.length] ?? '';
		if (!known) helpers.push(written);
		own = own.replaceAll(call, known?.name ?? signatureIn(written).name);
	}
	return { own, helpers };
}

/** The steps of a function, numbered: its comments, and what it awaits. */
function planOf(source: string): string {
	const lines = source.split('\n');
	const first = lines.findIndex((line) => line.includes('function '));
	const steps = lines.slice(first + 1, -1).filter((line) => line.includes('// ') || line.includes('await '));
	let number = 0;
	const numbered = steps.map((line) => line.trim().replace('// ', () => `// ${++number}. `));
	return [lines[first], ...numbered.map((line) => `  ${line}`), '}'].join('\n');
}
