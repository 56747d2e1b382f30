import { createPreparedModel } from '../../src/model/prepared.ts';
import { loadPreparedAnswers } from '../../src/model/prepared-format.ts';
import { programIn } from '../../src/model/reply.ts';
import { type ModelServer, startModelServer } from '../../test/simulators/model-server.ts';

/** A model server that answers each question with the replies prepared for it in a folder, and anything else with status 500. */
export async function startPreparedServer(folder: string): Promise<ModelServer> {
	const model = createPreparedModel(await loadPreparedAnswers(folder));
	return startModelServer(async (stage, prompt) => {
		// The last one: a prompt's instructions come first, earlier turns before the question.
		const question = [...prompt.matchAll(/^Question: (.*)$/gm)].at(-1)?.[1] ?? '';
		const messages = [{ role: 'user' as const, content: prompt }];
		const { text } = await model.complete({ stage, question, messages, signal: AbortSignal.timeout(10_000) });
		const program = programIn(text);
		if (program === undefined) throw new Error(`The reply prepared for “${question}” holds no program.`);
		return program;
	});
}
