import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Attempted } from '../../../../bench/eval/contract.ts';

/** A folder of that name with these files: texts as they are, anything else as JSON, in lines where the name says so. Gone with the test. */
export async function suiteFolder(context: TestContext, name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
	const parent = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-suite-'));
	context.after(() => rm(parent, { recursive: true }));
	const folder = path.join(parent, name);
	await mkdir(folder);
	for (const [file, content] of Object.entries(files)) {
		await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
		await writeFile(path.join(folder, file), textOf(file, content));
	}
	return folder;
}

function textOf(file: string, content: unknown): string {
	if (typeof content === 'string') return content;
	if (!file.endsWith('.jsonl') || !Array.isArray(content)) return JSON.stringify(content);
	return content.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** An attempt that answered this, and took nothing. */
export function attempted(sentence: string): Attempted {
	return {
		task: '0',
		repeat: 0,
		turns: [{ sentence, repairs: 0, reused: [] }],
		calls: [],
		modelCalls: 0,
		promptTokens: 0,
		completionTokens: 0,
		tokensEstimated: false,
		ms: 0,
		functions: 0,
	};
}
