import type { EnduranceOrder, EnduranceWord, OwnMemory, Tally } from './endurance-process.ts';
import { processesBelow } from './process-tree.ts';
import { mixedQuestions } from './questions.ts';
import { openWorld } from './world.ts';

export interface EnduranceOptions {
	readonly runs: number;
	/** Runs after which memory is looked at. */
	readonly every: number;
	/** Runs at once. */
	readonly concurrency: number;
	/** That ask in turn; 10 when left out. */
	readonly workspaces?: number;
	/** Told of each sample as it is taken. */
	readonly onSample?: (sample: Sample) => void;
}

export interface Sample extends OwnMemory {
	/** So far. */
	readonly runs: number;
	/** Since the sample before. */
	readonly seconds: number;
	/** Resident memory of the compiler, and of all sandbox children together, MB. */
	readonly compiler: number;
	readonly sandbox: number;
	/** Processes below the bot's. */
	readonly children: number;
}

export interface EnduranceMeasured {
	readonly samples: readonly Sample[];
	readonly tally: Tally;
}

/** A model that answers at once, and a bot that never rests. */
export async function measureEndurance(options: EnduranceOptions): Promise<EnduranceMeasured> {
	const { runs, every, concurrency, onSample } = options;
	const world = await openWorld({ latencyMs: 0, concurrency });
	try {
		const bot = world.start<EnduranceOrder, EnduranceWord>('endurance-process.ts', { nodeOptions: ['--expose-gc'] });
		const questions = mixedQuestions(runs, options.workspaces ?? 10);
		const workspaces = [...new Set(questions.map(({ workspaceId }) => workspaceId))];
		const settings = { ...world.settings, DATABASE_URL: `sqlite://${world.folder}/bot.sqlite` };
		await bot.ask({ type: 'open', settings, workspaces, apiUrl: world.apiUrl }, 'opened');
		const samples: Sample[] = [];
		let tally: Tally = { answered: 0, failed: 0, shown: 0, modelCalls: 0, repairs: 0, reusing: 0 };
		for (let from = 0; from < runs; from += every) {
			const begun = performance.now();
			const batch = questions.slice(from, from + every);
			const { type: _, ...more } = await bot.ask({ type: 'answer', questions: batch }, 'answered');
			tally = sumOf(tally, more);
			const seconds = (performance.now() - begun) / 1000;
			const { type: __, ...own } = await bot.ask({ type: 'look' }, 'looked');
			const sample = { ...own, runs: from + batch.length, seconds, ...childrenOf(bot.pid) };
			samples.push(sample);
			onSample?.(sample);
		}
		return { samples, tally };
	} finally {
		await world.close();
	}
}

function sumOf(a: Tally, b: Tally): Tally {
	return {
		answered: a.answered + b.answered,
		failed: a.failed + b.failed,
		shown: a.shown + b.shown,
		modelCalls: a.modelCalls + b.modelCalls,
		repairs: a.repairs + b.repairs,
		reusing: a.reusing + b.reusing,
	};
}

function childrenOf(pid: number): Pick<Sample, 'compiler' | 'sandbox' | 'children'> {
	const children = processesBelow(pid);
	const resident = (of: (name: string) => boolean) =>
		children.filter(({ name }) => of(name)).reduce((sum, { residentMb }) => sum + residentMb, 0);
	return {
		compiler: resident((name) => name === 'tsc'),
		sandbox: resident((name) => name.startsWith('node')),
		children: children.length,
	};
}
