import path from 'node:path';
import { loadSamples } from '../../../examples/examples.ts';
import type { PreparedAnswer } from '../../../src/model/prepared.ts';
import { loadPreparedAnswers } from '../../../src/model/prepared-format.ts';

/** What a model replied to the pipeline's stages for the questions of this suite: the samples of the examples, and those that they have not. */
export async function loadMovieReplies(): Promise<readonly PreparedAnswer[]> {
	return [...(await loadSamples()), ...(await loadPreparedAnswers(path.join(import.meta.dirname, 'replies')))];
}
