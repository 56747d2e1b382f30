import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownFunctions } from '../../src/pipeline/known-functions.ts';
import { ALL_STAGES, type Work } from '../../src/pipeline/work.ts';
import { recordOf } from '../repository/stored-functions.ts';

test('a run that began before functions had versions is offered those of today', async () => {
	const today = recordOf('async function countFilms(name: string): Promise<number> { return 1 }');
	const recorded: Readonly<Record<string, object>> = {
		'known-for-scaffold': { offered: [{ name: 'countFilms', uses: ['findPerson'] }], all: [] },
	};
	const work = {
		stages: ALL_STAGES,
		run: { workspaceId: today.workspaceId },
		journal: { step: async (name: string, look: () => Promise<unknown>) => recorded[name] ?? look() },
		services: { functions: { search: async () => [today], getMany: async () => [] } },
		toolbox: { tools: new Map() },
		toolsets: new Set(),
		library: new Map(),
		distrusted: new Set(),
	} as unknown as Work;
	assert.deepEqual(await knownFunctions(work, 'for-scaffold', 'films'), [today]);
});
