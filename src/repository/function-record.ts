import type { JsonObject, JsonValue } from '../json.ts';
import type { ToolResponse } from '../toolset/tool.ts';

/** A recorded tool call: what verification replays. */
export interface RecordedCall {
	readonly tool: string;
	readonly args: JsonObject;
	readonly response: ToolResponse;
}

/** One observed use of a function: replaying `calls` with `args` must give `result` again. */
export interface FunctionExample {
	readonly args: readonly JsonValue[];
	readonly result: JsonValue;
	readonly calls: readonly RecordedCall[];
	readonly question: string;
}

/** A verified function of one workspace. Key: `<workspaceId>/<name>`. */
export interface FunctionRecord {
	readonly workspaceId: string;
	readonly name: string;
	readonly version: number;
	/** `async function findPersonId(name: string): Promise<number>` */
	readonly signature: string;
	/** The text of its documentation comment, without the comment marks. */
	readonly documentation: string;
	/** The whole declaration with its documentation comment, as the model wrote it. */
	readonly source: string;
	/** Tools it calls itself, with the schema they had. */
	readonly tools: readonly { readonly tool: string; readonly schemaHash: string }[];
	/** Other stored functions it calls. */
	readonly uses: readonly string[];
	readonly example: FunctionExample;
	/** Questions it helped to answer, newest last, at most 10. */
	readonly questions: readonly string[];
	readonly statistics: {
		readonly succeeded: number;
		readonly failed: number;
		readonly lastUsedAt: string;
		/** How many people disliked an answer that used it, each answer by itself; none when left out. */
		readonly disliked?: number;
	};
	/** Of the normalised syntax tree: equal for functions that differ in formatting and local names only. */
	readonly hash: string;
	readonly createdAt: string;
}
