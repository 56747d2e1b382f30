import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Model, ModelRequest } from '../../src/model/model.ts';
import { tokensOf } from '../speed/prompt-sizes.ts';
import type { BenchQuestion } from './questions.ts';
import { type Author, authorOf } from './replies.ts';
import { offeredIn, type Signature } from './signature.ts';

/** Which of the offered functions a model answers with, if with any. */
type Choice = (offered: readonly Signature[], author: Author, question: BenchQuestion) => Signature | undefined;

const CHOICES = {
	/** One whose line in the prompt says what the question needs. */
	careful: (offered, author) => author.fitting(offered),
	/** The first that takes the names of the question, whatever it does. */
	tempted: (offered, _author, { names }) => {
		const types = Object.values(names).map((value) => typeof value);
		return offered.find(({ parameters }) => parameters.join() === types.join());
	},
} satisfies Record<string, Choice>;

export type Character = keyof typeof CHOICES;

/**
 * A model that understands the questions it was made for, and knows of the repository what its prompt says. The same request has the same reply. Tokens
 * are counted with o200k_base.
 */
export function scriptedModel(character: Character, questions: readonly BenchQuestion[]): Model {
	const byText = new Map(questions.map((question) => [question.text, { question, author: authorOf(question) }]));
	return {
		name: character,
		async complete(request) {
			const asked = byText.get(questionIn(request));
			if (!asked) throw new Error(`the prompt of the stage ${request.stage} asks nothing that was prepared`);
			const { question, author } = asked;
			const offered = offeredIn(request.messages);
			const chosen = request.stage === 'scaffold' ? CHOICES[character](offered, author, question) : undefined;
			const text = `\`\`\`ts\n${chosen ? reuseOf(chosen, character, author, question) : replyTo(request, offered, author)}\n\`\`\``;
			return { text, usage: { promptTokens: tokensOf(request.messages), completionTokens: countTokens(text), estimated: false }, ms: 0 };
		},
	};
}

function replyTo({ stage }: ModelRequest, offered: readonly Signature[], author: Author): string {
	if (stage === 'scaffold') return author.scaffold();
	return stage === 'plan' ? author.plan(offered) : author.program(offered);
}

/** Who does not look at what a function does cannot say more of its result either. */
function reuseOf(chosen: Signature, character: Character, author: Author, { names }: BenchQuestion): string {
	if (character === 'careful') return author.reuse(chosen);
	const args = Object.values(names).map((value) => JSON.stringify(value));
	return `const result = await ${chosen.name}(${args.join(', ')});\nreturn answer(\`It is \${JSON.stringify(result)}.\`, result);`;
}

function questionIn({ messages }: ModelRequest): string {
	const lines = messages.flatMap(({ role, content }) => (role === 'user' ? content.split('\n') : []));
	return lines.findLast((line) => line.startsWith('Question: '))?.slice('Question: '.length) ?? '';
}
