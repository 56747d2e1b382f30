import type { Suite } from './contract.ts';
import { openApiBank } from './suites/api-bank.ts';
import { describeSuite } from './suites/description.ts';
import { openRestBench } from './suites/restbench.ts';

/**
 * The suite in a folder: RestBench or API-Bank, recognised by their files or described by a `suite.json` (`suites/description.ts` has its fields).
 * `folder#calls` are API-Bank's single calls. Nothing is asked of the suite's server yet. Throws a UserError `bad-input` that names the file, and its
 * line where it has lines.
 *
 * @param salt what the suite's server was started with, where that is not what the suite says
 */
export async function openSuite(source: string, salt?: number): Promise<Suite> {
	const description = await describeSuite(source);
	if (description.kind !== 'restbench') return openApiBank(description);
	const { scorer } = description;
	return openRestBench({ ...description, scorer: { ...scorer, salt: salt ?? scorer.salt } });
}
