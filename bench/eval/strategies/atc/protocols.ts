import { declarationNotes, declareTool } from '../../../../src/code/declarations.ts';
import type { JsonObject } from '../../../../src/json.ts';
import { dataBlock, dataText } from '../../../../src/pipeline/data-text.ts';
import { declareWithin } from '../../../../src/pipeline/prompt-budget.ts';
import type { Toolbox } from '../../../../src/pipeline/toolbox.ts';
import { HUMAN } from '../../../../src/toolset/human.ts';
import { type JsonSchema, type Tool, toolId } from '../../../../src/toolset/tool.ts';
import { isUndocumented } from './undocumented.ts';

/** What was found out about a tool. */
export interface Protocol {
	/** Of what it responded. */
	readonly output: JsonSchema;
	/** Arguments that it took. */
	readonly args: JsonObject;
}

/**
 * All protocols of a prompt together, in tokens. The method shows every tool with its arguments and its response, each in at most 260: the 54 operations
 * of RestBench-TMDB take 5,400, the 53 tools of API-Bank 4,400. Of toolsets that take more than this, each tool gets its share.
 */
const PROTOCOL_TOKENS = 8000;
const ARGUMENT_CHARACTERS = 200;

/** The protocols that were found out by probing, for all tasks of a suite: the paper probes a toolset once. */
export class ProbedProtocols {
	/** By `toolset.name`; undefined for a tool that was probed and told nothing. */
	readonly #probed = new Map<string, Protocol | undefined>();

	/** Whether its document leaves the response open, and nobody has probed it. A tool that changes something is never probed, nor is a person. */
	isWanted(tool: Tool, toolbox: Toolbox): boolean {
		if (tool.effect !== 'read' || tool.toolset === HUMAN || this.#probed.has(toolId(tool))) return false;
		return isUndocumented(tool.output, toolbox.toolsetOf(tool).definitions);
	}

	keep(tool: Tool, protocol: Protocol | undefined): void {
		this.#probed.set(toolId(tool), protocol);
	}

	/** The declarations of these tools, with what was found out in place of what their documents leave open. */
	declare(tools: readonly Tool[], toolbox: Toolbox): string {
		const learned = tools.map((tool) => ({ ...tool, output: this.#probed.get(toolId(tool))?.output ?? tool.output }));
		const declared = declareWithin(learned, PROTOCOL_TOKENS, (tool, maxTokens) =>
			declareTool(toolbox.toolsetOf(tool), tool, { maxTokens }),
		);
		const examples = tools.flatMap((tool) => {
			const args = this.#probed.get(toolId(tool))?.args;
			return args ? [`${toolId(tool)}(${dataText(args, ARGUMENT_CHARACTERS)})`] : [];
		});
		const tried = examples.length === 0 ? [] : [`Calls that were tried, and answered as declared:\n${dataBlock(examples)}`];
		return [...declared, ...declarationNotes(tools), ...tried].join('\n');
	}
}
