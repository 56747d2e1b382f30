import { declarationNotes, indexLine } from '../../../src/code/declarations.ts';
import { dataText } from '../../../src/pipeline/data-text.ts';
import { searchText } from '../../../src/pipeline/question-text.ts';
import { HUMAN } from '../../../src/toolset/human.ts';
import type { Tool } from '../../../src/toolset/tool.ts';
import type { AskedTurn, World } from '../contract.ts';

/** So few are declared at once: each may take 260 tokens of the 2,000 that the product's own declarations have. */
const DECLARED_AT_ONCE = 7;
const NEAREST = 4;
/** Of a search, and of a name in a message. */
const WORDS_CHARACTERS = 120;

export interface SightOptions {
	/** The person is among the tools. */
	readonly person: boolean;
	/** What the marks in declarations mean is told, too: for whoever writes programs. */
	readonly notes: boolean;
}

/** What a strategy without stages is told of the tools, within the budgets of the product's prompts. */
export interface ToolsInSight {
	/**
	 * For the prompt. Up to 7 tools: their declarations. More: the lines of the product's offer (all tools when they are few, else those that fit the
	 * question, at most 2,000 tokens); declarations are then asked for, as the product's plan chooses the tools that its program sees declared.
	 */
	readonly text: string;
	/** Only names and arguments are in the prompt. */
	readonly mayDescribe: boolean;
	/** There are more tools than those in the prompt. */
	readonly maySearch: boolean;
	/** Lines of further tools that fit these words, at most 500 tokens. */
	search(words: string): Promise<string>;
	/** Declarations, at most 2,000 tokens; the nearest real tools for a name that is none. */
	describe(ids: readonly string[]): string;
	/** That there is no such tool, and which are like it. */
	unknown(id: string): string;
}

export async function toolsInSight(turn: AskedTurn, { toolbox, signal }: World, { person, notes }: SightOptions): Promise<ToolsInSight> {
	const all = [...toolbox.tools.values()].filter(({ toolset }) => person || toolset !== HUMAN);
	const asked = searchText({ text: turn.text, earlier: turn.earlier, askedBy: { id: 'eval' } });
	const isFew = all.filter(({ toolset }) => toolset !== HUMAN).length <= DECLARED_AT_ONCE;
	const offered = (await toolbox.offer(asked, signal)).filter((line) => person || !line.startsWith(`${HUMAN}.`));
	const seen = [...offered];

	const declare = (tools: readonly Tool[]) => {
		const marks = new Set(declarationNotes(tools));
		const lines = toolbox.declare(tools).split('\n');
		return (notes ? lines : lines.filter((line) => !marks.has(line))).join('\n');
	};
	const unknown = (id: string) => {
		const like = toolbox.index.nearest(id, asked, NEAREST);
		const nearest = like.filter(({ toolset }) => person || toolset !== HUMAN).map(indexLine);
		return [`There is no tool ${dataText(id, WORDS_CHARACTERS)}.${nearest.length > 0 ? ' The nearest:' : ''}`, ...nearest].join('\n');
	};
	return {
		text: isFew ? declare(all) : offered.join('\n'),
		mayDescribe: !isFew,
		maySearch: !toolbox.isOfferedWhole && !isFew,
		async search(words) {
			const found = await toolbox.find(words.slice(0, WORDS_CHARACTERS), seen, signal);
			seen.push(...found);
			return found.length > 0 ? found.join('\n') : `No other tool was found for "${dataText(words, WORDS_CHARACTERS)}".`;
		},
		describe(ids) {
			const known = ids.flatMap((id) => toolbox.tools.get(id) ?? []);
			const missing = ids.filter((id) => !toolbox.tools.has(id));
			return [...(known.length > 0 ? [declare(known)] : []), ...missing.map(unknown)].join('\n');
		},
		unknown,
	};
}
