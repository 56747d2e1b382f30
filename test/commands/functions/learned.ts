import assert from 'node:assert/strict';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { firstState } from '../../../src/repository/lifecycle.ts';
import { type Fixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { MAIN, PLAN, QUESTION, SCAFFOLD } from '../../pipeline/programs.ts';
import { store } from '../../repository/stored-functions.ts';

export const FIND = `/** Finds the id of a person. */
async function findPersonId(name: string): Promise<number> {
  const people = await movies.searchPerson({ query: name });
  const person = people.results[0];
  if (!person) throw new Error('nobody is called ' + name);
  return person.id;
}`;

export const COUNT = `/** Counts the films a person directed. @param name full name */
async function countFilms(name: string): Promise<number> {
  const credits = await movies.getPersonCredits({ person_id: await findPersonId(name) });
  return credits.crew.filter((credit) => credit.job === 'Director').length;
}`;

/** Has a real answer leave `findPersonId` behind, and `countFilms`, which uses it. */
export async function learn(bot: Fixture, workspaceId = WORKSPACE): Promise<void> {
	const program = `${FIND}\n${COUNT}\n\n${MAIN}`;
	const { end } = await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [program] }, { workspaceId });
	assert.equal(end.type, 'result', JSON.stringify(end));
}

/** Connects the films in another workspace, too. */
export function connectFilms(bot: Fixture, workspaceId: string): Promise<unknown> {
	return bot.services.catalogue.add({ workspaceId, name: 'movies', source: 'example:movies', addedAt: '2026-01-01', addedBy: 'test' });
}

/** Stores a function that nobody looks into, in a state. */
export function put(bot: Fixture, name: string, rest: Partial<FunctionRecord> = {}): Promise<FunctionRecord> {
	const { state = 'candidate', ...more } = rest;
	return store(bot.services.functions, `/** Does ${name}. */\nasync function ${name}(): Promise<void> {}`, {
		workspaceId: WORKSPACE,
		hash: `${name} ${JSON.stringify(rest)}`,
		...firstState(state, { at: '2026-02-03T04:05:06.000Z', cause: 'use', reason: 'the test wants it so' }),
		...more,
	});
}

/** `used(3, 1)`: three successes, one failure. */
export function used(succeeded: number, failed = 0): Pick<FunctionRecord, 'statistics'> {
	return { statistics: { succeeded, failed, lastUsedAt: '2026-03-04T00:00:00.000Z' } };
}
