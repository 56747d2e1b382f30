import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../../src/errors.ts';
import { toolsetName } from '../../../src/toolset/openapi/names.ts';
import { readJsonFile } from './json-file.ts';

const common = {
	/** Stands in tables and results. */
	name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name has small letters, digits and hyphens'),
	/** What programs call the API by. */
	toolset: z
		.string()
		.refine((name) => toolsetName(name) === name, 'programs cannot call a toolset by this name; films or filmWorld would do'),
	/** Below the base address of a session. */
	document: z.string().startsWith('/').default('/openapi.json'),
	/** What the clock shows in the suite's world, ISO 8601 with a time zone. */
	now: z.iso.datetime({ offset: true }),
};

const restBench = z.strictObject({
	...common,
	kind: z.literal('restbench'),
	/** `[{query, solution}]`, and a line `{id, query, gold, expect?}` for each of them; relative to the folder, as all files. */
	questions: z.string().default('data/questions.json'),
	expected: z.string().default('data/expected.jsonl'),
	/** `state` is a script with the options of `check_state.py`; `salt` what the simulator was started with. */
	scorer: z.strictObject({ state: z.string().optional(), salt: z.number().int().default(0) }).default({ salt: 0 }),
});

const apiBank = z.strictObject({
	...common,
	kind: z.enum(['api-bank-dialogues', 'api-bank-calls']),
	/** Whole dialogues or single calls, as `kind` says; what is expected stands in their lines. */
	questions: z.string(),
	/** The initial appointments by their ids: a rule tells those from the ones drawn at random. */
	scorer: z.strictObject({ appointments: z.string() }).default({ appointments: 'data/init_database/Appointments.json' }),
});

const suiteFile = z.discriminatedUnion('kind', [restBench, apiBank]);

type Described = z.infer<typeof suiteFile>;
export type RestBenchDescription = Extract<Described, { kind: 'restbench' }> & { readonly folder: string };
export type ApiBankDescription = Exclude<Described, { kind: 'restbench' }> & { readonly folder: string };

const CALLS = '#calls';

/** RestBench's films are those of this day, and the music account's last changes are of its morning. */
const RESTBENCH_NOW = '2023-11-12T10:00:00Z';
/** What `GetToday` says, and no time of it. */
const API_BANK_NOW = '2023-03-31T10:00:00Z';

/**
 * What a folder holds: what its `suite.json` says, else RestBench or API-Bank by their files. `folder#calls` are the single calls of API-Bank where `folder`
 * are its dialogues; a suite.json chooses with its `kind` instead. Throws a UserError `bad-input` that says what is missing.
 */
export async function describeSuite(source: string): Promise<RestBenchDescription | ApiBankDescription> {
	const isCalls = source.endsWith(CALLS);
	const folder = path.resolve(isCalls ? source.slice(0, -CALLS.length) : source);
	const has = (file: string) => existsSync(path.join(folder, file));
	if (has('suite.json')) {
		if (isCalls) throw new UserError('bad-input', `${folder} has a suite.json, which says by its kind what it asks. Leave out ${CALLS}.`);
		return { ...(await readJsonFile(path.join(folder, 'suite.json'), suiteFile)), folder };
	}
	if (has('data/lv1_dialogues.jsonl') || has('data/lv1_calls.jsonl')) return { ...recogniseApiBank(isCalls), folder };
	if (isCalls)
		throw new UserError('bad-input', `${folder} has no single calls: those are data/lv1_calls.jsonl of API-Bank. Leave out ${CALLS}.`);
	if (has('data/questions.json') && has('data/expected.jsonl')) return { ...recogniseRestBench(folder, has('check_state.py')), folder };
	throw new UserError(
		'bad-input',
		`${folder} is no suite: it has no suite.json, and neither data/questions.json with data/expected.jsonl (RestBench) nor data/lv1_dialogues.jsonl (API-Bank). Name another folder with --suite.`,
	);
}

function recogniseApiBank(isCalls: boolean): Described {
	return apiBank.parse({
		name: isCalls ? 'api-bank-calls' : 'api-bank',
		kind: isCalls ? 'api-bank-calls' : 'api-bank-dialogues',
		toolset: 'apibank',
		questions: isCalls ? 'data/lv1_calls.jsonl' : 'data/lv1_dialogues.jsonl',
		now: API_BANK_NOW,
	});
}

/** The folder's name is what the API is about. */
function recogniseRestBench(folder: string, hasState: boolean): Described {
	const words =
		path
			.basename(folder)
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	const toolset = toolsetName(path.basename(folder)) ?? 'api';
	return restBench.parse({
		name: ['restbench', ...words].join('-'),
		kind: 'restbench',
		toolset,
		now: RESTBENCH_NOW,
		scorer: hasState ? { state: 'check_state.py' } : {},
	});
}
