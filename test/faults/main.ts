/** `npm run faults`: what becomes of a question when something goes wrong at each of its steps, as a table. Exits with 1 when an invariant is broken. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ENGINES, type Engine, type FaultWorld, openFaultWorld } from './fault-world.ts';
import { runCells, table, type Verdict } from './matrix.ts';
import { FAULT_KINDS, type FaultKind, kindsAt, STEPS } from './steps.ts';
import { sweep } from './sweep.ts';

const { values } = parseArgs({
	options: {
		engine: { type: 'string', multiple: true, default: [...ENGINES] },
		step: { type: 'string', multiple: true },
		kind: { type: 'string', multiple: true },
		sweep: { type: 'boolean', default: false },
		worlds: { type: 'string', default: '2' },
		json: { type: 'string' },
	},
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const results: Record<string, readonly Verdict[]> = {};
let broken = 0;

for (const engine of values.engine as Engine[]) {
	const worlds: FaultWorld[] = [];
	const startedAt = performance.now();
	try {
		for (let count = Number(values.worlds); count > 0; count--) worlds.push(await openFaultWorld(engine));
		const verdicts: Verdict[] = [];
		const told = (verdict: Verdict) => {
			verdicts.push(verdict);
			const [first] = verdict.violations;
			process.stderr.write(
				`${first === undefined ? '✓' : '✗'} ${engine}, ${verdict.step.name}, ${verdict.kind}, ${verdict.ms} ms ${first ?? ''}\n`,
			);
		};
		if (values.sweep) await sweep(worlds, told);
		else await runCells(worlds, cells(), told);
		results[engine] = verdicts;
		broken += verdicts.filter(({ violations }) => violations.length > 0).length;
		say(`\n${engine}: ${verdicts.length} cases in ${Math.round((performance.now() - startedAt) / 1000)} s\n\n${table(verdicts)}`);
	} finally {
		await Promise.all(worlds.map((world) => world.close()));
	}
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, undefined, '\t'));
say(broken === 0 ? '\nAll invariants hold.' : `\nIn ${broken} cases an invariant does not hold.`);
process.exitCode = broken === 0 ? 0 : 1;

function cells() {
	const isWanted = (name: string, wanted: readonly string[] | undefined) => !wanted || wanted.some((part) => name.includes(part));
	const steps = STEPS.filter(({ name }) => isWanted(name, values.step));
	return steps
		.flatMap((step) =>
			kindsAt(step)
				.filter((kind) => isWanted(kind, values.kind))
				.map((kind) => ({ step, kind })),
		)
		.sort((a, b) => order(a.kind) - order(b.kind));
}

function order(kind: FaultKind): number {
	return FAULT_KINDS.indexOf(kind);
}
