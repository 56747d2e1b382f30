import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../../src/errors.ts';
import type { SessionRecord, Suite, Task } from '../contract.ts';
import { answerText, expectationSchema, isAnswered } from '../scorers/answer-success.ts';
import { calledPaths, isCovered, isSubsequence, normalisePath, requestRows } from '../scorers/correct-path.ts';
import { isGoalReached } from '../scorers/state-script.ts';
import type { RestBenchDescription } from './description.ts';
import { readJsonFile, readJsonLines } from './json-file.ts';

const questionSchema = z.object({ query: z.string().min(1) });

const expectedSchema = z.object({
	/** The place of the question in its file, from 0. */
	id: z.number().int().nonnegative(),
	query: z.string(),
	gold: z.array(z.string()).min(1),
	/** Questions that an answer cannot be judged of have none. */
	expect: expectationSchema.optional(),
});

type Expected = z.infer<typeof expectedSchema>;

const PATH_MEASURES: Suite['measures'] = [
	{ name: 'correct path', unit: '%', means: 'the gold path is a subsequence of the calls that succeeded (RestGPT, arXiv 2306.06624)' },
	{ name: 'gold tools', unit: '%', means: 'every step of the gold path was called with success, in any order' },
	{
		name: 'extra calls',
		unit: 'count',
		means: 'calls that succeeded beyond the length of the gold path, over questions with a correct path',
	},
];
const ANSWER: Suite['measures'][number] = {
	name: 'answer',
	unit: '%',
	means: 'sentence and value of the answer contain what is expected, over questions with an expected answer',
};
const STATE: Suite['measures'][number] = {
	name: 'final state',
	unit: '%',
	means: "the suite's own check_state.py finds the goal reached and nothing else changed; not scored where there is no python3",
};

/**
 * RestBench (arXiv 2306.06624): independent questions over one REST API, their gold paths, and of each what its answer contains or how the server's state
 * ends. Scores are those of the suite's check.py and check_state.py on the same log. Throws a UserError `bad-input`.
 */
export async function openRestBench({ folder, questions, expected, scorer, ...suite }: RestBenchDescription): Promise<Suite> {
	const file = path.join(folder, expected);
	const asked = await readJsonFile(path.join(folder, questions), z.array(questionSchema).min(1));
	const byId = indexed(await readJsonLines(file, expectedSchema), file);
	const tasks = asked.map(({ query }, id): Task => {
		if (byId.get(String(id))?.query === query) return { id: String(id), history: [], turns: [query] };
		throw new UserError(
			'bad-input',
			`${file} does not say what is expected of question ${id}: it needs a line with "id": ${id} and "query": ${JSON.stringify(query)}.`,
		);
	});
	const script = scorer.state === undefined ? undefined : path.join(folder, scorer.state);
	const steps = new Set([...byId.values()].flatMap(({ gold }) => gold.map(normalisePath)));
	const isAnswerScored = [...byId.values()].some(({ expect }) => expect !== undefined);
	return {
		name: suite.name,
		toolset: suite.toolset,
		documentPath: suite.document,
		now: Date.parse(suite.now),
		tasks,
		measures: [...PATH_MEASURES, ...(isAnswerScored ? [ANSWER] : []), ...(script === undefined ? [] : [STATE])],
		// Not all of them: a document that was cut, or a slip in a gold path, is no other server.
		isServedBy: (operations) => operations.some((operation) => steps.has(normalisePath(operation))),
		async score(task, { turns }, session) {
			const wanted = byId.get(task.id);
			if (!wanted) throw new Error(`${suite.name} has no task ${task.id}`);
			const scores = pathScores(wanted, session);
			const answer = answerText(turns);
			if (wanted.expect) scores.answer = Number(isAnswered(answer, wanted.expect));
			const reached = script === undefined ? undefined : await isGoalReached(script, scorer.salt, { number: wanted.id, answer, session });
			if (reached !== undefined) scores['final state'] = Number(reached);
			return scores;
		},
	};
}

function pathScores({ gold }: Expected, { log }: Pick<SessionRecord, 'log'>): Record<string, number> {
	const called = calledPaths(requestRows(log));
	const path = gold.map(normalisePath);
	const isCorrect = isSubsequence(path, called);
	return {
		'correct path': Number(isCorrect),
		'gold tools': Number(isCovered(path, called)),
		...(isCorrect && { 'extra calls': called.length - path.length }),
	};
}

function indexed(expected: readonly Expected[], file: string): ReadonlyMap<string, Expected> {
	const byId = new Map<string, Expected>();
	for (const entry of expected) {
		if (byId.has(String(entry.id))) throw new UserError('bad-input', `${file} has two lines with "id": ${entry.id}. Remove one of them.`);
		byId.set(String(entry.id), entry);
	}
	return byId;
}
