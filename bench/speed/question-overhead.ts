import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { loadSamples, openExamples } from '../../examples/examples.ts';
import { readConfig } from '../../src/config.ts';
import { createPreparedModel } from '../../src/model/prepared.ts';
import { openServices } from '../../src/services.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { type Finding, median, timed } from './report.ts';

const QUESTION = 'How many movies did Sofia Coppola direct?';

/**
 * Everything but the model: prepared replies cost no time, the rest is real (queue, journal on SQLite, parsing, type check, sandbox, two HTTP
 * calls, extraction and verification of functions). Each question comes from a workspace of its own, so that nothing is reused.
 */
export async function measureQuestionOverhead(): Promise<Finding[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-bench-'));
	const examples = openExamples();
	const services = await openServices({
		config: readConfig({ DATABASE_URL: `sqlite://${folder}/bench.sqlite` }),
		logger: pino({ level: 'silent' }),
		knownSecrets: createKnownSecrets([]),
		fallbackModel: createPreparedModel(await loadSamples()),
		openConversation: () => ({ show: async () => {}, confirmWrite: async () => 'refused', askPerson: async () => false }),
		exampleUrl: examples.url,
	});
	let asked = 0;
	const ask = async () => {
		const workspaceId = `bench:${asked++}`;
		await services.catalogue.add({ workspaceId, name: 'movies', source: 'example:movies', addedAt: '2026-01-01', addedBy: 'bench' });
		const startedAt = performance.now();
		const { finished } = await services.runs.submit({
			workspaceId,
			conversation: workspaceId,
			text: QUESTION,
			askedBy: { id: 'bench' },
			allowWrites: false,
		});
		const end = await finished;
		if (end?.type !== 'result') throw new Error(`no answer: ${end?.type === 'failure' ? end.message : 'nothing'}`);
		answers.push(performance.now() - startedAt);
	};
	const answers: number[] = [];
	try {
		await timed(15, ask, 3);
	} finally {
		await services.close();
		await examples.close();
		await rm(folder, { recursive: true, force: true });
	}
	return [
		{
			name: 'A whole question with a model that takes no time',
			rows: [{ label: 'from submission to answer, two tool calls', median: median(answers.slice(3)), unit: 'ms' }],
			aim: 'under 150 ms',
		},
	];
}
