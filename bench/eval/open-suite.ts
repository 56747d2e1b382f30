import type { Suite } from './contract.ts';
import { openApiBank } from './suites/api-bank.ts';
import { describeSuite } from './suites/description.ts';
import { openRestBench } from './suites/restbench.ts';

/**
 * The suite in a folder: RestBench or API-Bank, recognised by their files or described by a `suite.json` (`suites/description.ts` has its fields).
 * `folder#calls` are API-Bank's single calls. Nothing is asked of the suite's server yet. Throws a UserError `bad-input` that names the file, and its
 * line where it has lines.
 */
export async function openSuite(source: string): Promise<Suite> {
	const description = await describeSuite(source);
	return description.kind === 'restbench' ? openRestBench(description) : openApiBank(description);
}
