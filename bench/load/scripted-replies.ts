import type { Answer } from '../../test/simulators/model-server.ts';
import { authorOf } from '../repository/replies.ts';
import { offeredIn } from '../repository/signature.ts';
import { allQuestions, troubleIn } from './questions.ts';

/** Throws, and says where. */
const SLIP = 'JSON.parse(`a slip`);\n\n';

/**
 * What a careful model writes at each stage of every question that it knows: it answers with a stored function that does what is asked, else in the
 * three calls of the paper. Questions with a trouble get programs that throw: the first one, or all of them.
 */
export function scriptedReplies(): Answer {
	const authors = new Map(allQuestions().map((question) => [question.text, authorOf(question)]));
	return (stage, prompt) => {
		const { text, trouble } = troubleIn(questionIn(prompt));
		const author = authors.get(text);
		if (!author) throw new Error(`nobody has prepared: ${text}`);
		const offered = offeredIn([{ role: 'user', content: prompt }]);
		const fitting = trouble ? undefined : author.fitting(offered);
		if (stage === 'scaffold') return fitting ? author.reuse(fitting) : author.scaffold();
		if (stage === 'plan') return author.plan(trouble ? [] : offered);
		const program = author.program(trouble ? [] : offered);
		const slips = trouble === 'hopeless' || (trouble === 'slip' && stage === 'implement');
		return slips ? `${SLIP}${program}` : program;
	};
}

/** The last one of a prompt: what was asked before comes first. */
function questionIn(prompt: string): string {
	return [...prompt.matchAll(/^Question: (.*)$/gm)].at(-1)?.[1] ?? '';
}
