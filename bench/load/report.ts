import { median } from '../speed/report.ts';
import type { Judgement } from './judge.ts';
import type { LoadMeasured } from './measure-load.ts';
import type { WorkersMeasured } from './measure-workers.ts';

/** What issue and operator are promised. */
const AIMS = { ratio: 0.9, loopDelayMs: 50, rssMb: 600 } as const;

/** As a table for people. */
export function loadReport(title: string, measured: LoadMeasured): string {
	const { judgement, latencyMs, concurrency, places, seconds, bot, tree } = measured;
	const { modelCalls, questions } = judgement;
	const ideal = (modelCalls * latencyMs) / 1000 / concurrency;
	const ratio = ideal / seconds;
	const { p50, p99, max } = bot.loopDelay;
	return table(title, [
		['questions', `${questions}, asked at once; on disk after ${shown(measured.acceptedSeconds)} s`],
		['model calls a question', `${shown(modelCalls / questions)}, of ${latencyMs / 1000} s each`],
		[
			'limit',
			`${shown(questions / ideal)} questions a second: ${concurrency} model calls at once / (model calls a question x ${latencyMs / 1000} s); ${places} runs at once`,
		],
		[
			'throughput',
			`${shown(questions / seconds)} questions a second: ${shown(ratio)} of the limit ${aim(ratio >= AIMS.ratio, AIMS.ratio)}`,
		],
		...judged(judgement),
		[
			'event loop delay',
			`p50 ${shown(p50)} ms, p99 ${shown(p99)} ms, most ${shown(max)} ms ${aim(p99 < AIMS.loopDelayMs, `p99 < ${AIMS.loopDelayMs}`)}`,
		],
		['memory of the process', `${shown(bot.peakRssMb)} MB at most ${aim(bot.peakRssMb < AIMS.rssMb, `< ${AIMS.rssMb}`)}`],
		['with sandbox and compiler', `${shown(tree.peakRssMb)} MB at most, ${tree.peakProcesses} processes (shared pages count for each)`],
		[
			'processor time a question',
			`${perQuestion(bot.cpuSeconds, questions)} in the process, ${perQuestion(tree.cpuSeconds, questions)} with its children`,
		],
		[
			'  of its children',
			Object.entries(tree.startedCpuSeconds)
				.map(([name, spent]) => `${name} ${perQuestion(spent, questions)}`)
				.join(', '),
		],
		[
			'beside the bot',
			`servers and measuring ${shown(measured.aroundCpuSeconds)} s of processor time, other work on this machine ${shown(measured.othersCpuSeconds)} s`,
		],
		['median time to the answer', waitsOf(measured)],
	]);
}

/** The same of several processes, one of which was killed. */
export function workersReport(title: string, measured: WorkersMeasured): string {
	const { judgement, workers, places, modelConcurrency, latencyMs, seconds, killedAfterSeconds, standstills, trees } = measured;
	const { questions, modelCalls } = judgement;
	// While it lives the killed one has its places, and nobody has them after it.
	const callsAtOnce = (living: number) => Math.min(modelConcurrency, living * places);
	const callSeconds = callsAtOnce(workers) * killedAfterSeconds + callsAtOnce(workers - 1) * (seconds - killedAfterSeconds);
	const ratio = (modelCalls * latencyMs) / 1000 / callSeconds;
	return table(title, [
		[
			'questions',
			`${questions}, taken in by one process and answered by ${workers} of ${places} places each, on one Redis server; ${modelConcurrency} model calls at once`,
		],
		['killed', `one of them (SIGKILL) after ${shown(killedAfterSeconds)} s, with ${standstills.length} questions begun`],
		[
			'these stood still',
			standstills.length === 0 ? '-' : `${shown(median(standstills))} s in the median, ${shown(Math.max(...standstills))} s at most`,
		],
		[
			'throughput',
			`${shown(questions / seconds)} questions a second: ${shown(ratio)} of what the model, or the places of the living where they are fewer, could do`,
		],
		...judged(judgement),
		['answered by each', `${measured.endings.join(', ')} (the killed one first)`],
		[
			'memory of each',
			`${trees.map(({ peakRssMb }) => shown(peakRssMb)).join(', ')} MB with sandbox and compiler (shared pages count for each)`,
		],
		[
			'processor time a question',
			perQuestion(
				trees.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
				questions,
			),
		],
	]);
}

function judged({ answered, wrong, failures, lost, doubled, repeats, repeatedEndings }: Judgement): (readonly [string, string])[] {
	const kinds = Map.groupBy(failures, (message) => message);
	return [
		[
			'answers',
			`${answered} (${wrong} wrong), ${failures.length} failures, ${lost} lost, ${doubled} doubled ${aim(lost + doubled === 0, 'none lost or doubled')}`,
		],
		['given again by name', `${repeats} events, ${repeatedEndings} of them endings (chats know them by name and leave them out)`],
		...[...kinds].slice(0, 3).map(([message, same]) => ['  failed', `${same.length} x ${message.slice(0, 160)}`] as const),
	];
}

function waitsOf({ busyWaits, otherWaits }: LoadMeasured): string {
	const of = (waits: readonly number[]) => `${shown(median(waits))} s`;
	if (busyWaits.length === 0) return of(otherWaits);
	return `${of(busyWaits)} for the busy workspace (${busyWaits.length} questions), ${of(otherWaits)} for the others (${otherWaits.length})`;
}

function perQuestion(seconds: number, questions: number): string {
	return `${shown((seconds / questions) * 1000)} ms`;
}

function aim(reached: boolean, wanted: string | number): string {
	return `[${reached ? 'reached' : 'MISSED'}: ${wanted}]`;
}

export function shown(value: number): string {
	return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

export function table(title: string, rows: readonly (readonly [string, string])[]): string {
	const width = Math.max(...rows.map(([label]) => label.length)) + 2;
	return `${[`\n${title}`, ...rows.map(([label, text]) => `  ${label.padEnd(width)}${text}`)].join('\n')}\n`;
}
