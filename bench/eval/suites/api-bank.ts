import path from 'node:path';
import { z } from 'zod';
import type { Suite } from '../contract.ts';
import { createCheck } from '../scorers/api-bank-rules.ts';
import { openCalls } from './api-bank-calls.ts';
import { openDialogues } from './api-bank-dialogues.ts';
import type { ApiBankDescription } from './description.ts';
import { readJsonFile } from './json-file.ts';

/**
 * API-Bank (arXiv 2304.08244), its level 1: dialogues in which the tools are given. Whole dialogues are scored as the suite's score.py does, single calls
 * by the benchmark's own rule for their tool. Throws a UserError `bad-input`.
 */
export async function openApiBank(description: ApiBankDescription): Promise<Suite> {
	const { folder, kind, questions, scorer, name, toolset, document, now } = description;
	const appointments = await readJsonFile(path.join(folder, scorer.appointments), z.record(z.string(), z.unknown()));
	const check = createCheck(new Set(Object.keys(appointments)));
	const open = kind === 'api-bank-calls' ? openCalls : openDialogues;
	const suite = { name, toolset, documentPath: document, now: Date.parse(now) };
	return { ...suite, ...(await open(path.join(folder, questions), toolset, check)) };
}
