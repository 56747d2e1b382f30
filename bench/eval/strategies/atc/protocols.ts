import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { declarationNotes, declareTool } from '../../../../src/code/declarations.ts';
import type { JsonObject } from '../../../../src/json.ts';
import { dataBlock, dataText } from '../../../../src/pipeline/data-text.ts';
import { declareWithin } from '../../../../src/pipeline/prompt-budget.ts';
import type { Toolbox } from '../../../../src/pipeline/toolbox.ts';
import { HUMAN } from '../../../../src/toolset/human.ts';
import { type JsonSchema, type Tool, toolId } from '../../../../src/toolset/tool.ts';
import { readLines } from '../../lines.ts';
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

/** A line of the file. */
interface Probed {
	readonly tool: string;
	/** Null where nothing was found out. */
	readonly protocol: Protocol | null;
}

/** The protocols that were found out by probing, for all tasks of a suite: the paper probes a toolset once. */
export class ProbedProtocols {
	readonly #file: string;
	/** By `toolset.name`. */
	readonly #probed: Map<string, Protocol | null>;

	private constructor(file: string, probed: readonly Probed[]) {
		this.#file = file;
		this.#probed = new Map(probed.map(({ tool, protocol }) => [tool, protocol]));
	}

	/** With what was found out before a run was cut off; nothing in a new folder. */
	static async open(folder: string): Promise<ProbedProtocols> {
		const file = path.join(folder, 'protocols.jsonl');
		return new ProbedProtocols(
			file,
			(await readLines(file)).map((line): Probed => JSON.parse(line)),
		);
	}

	/** Whether its document leaves the response open, and nobody has probed it. A tool that changes something is never probed, nor is a person. */
	isWanted(tool: Tool, toolbox: Toolbox): boolean {
		if (tool.effect !== 'read' || tool.toolset === HUMAN || this.#probed.has(toolId(tool))) return false;
		return isUndocumented(tool.output, toolbox.toolsetOf(tool).definitions);
	}

	/** On disk before it resolves. */
	async keep(tool: Tool, protocol: Protocol | undefined): Promise<void> {
		const probed: Probed = { tool: toolId(tool), protocol: protocol ?? null };
		await appendFile(this.#file, `${JSON.stringify(probed)}\n`);
		this.#probed.set(probed.tool, probed.protocol);
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
