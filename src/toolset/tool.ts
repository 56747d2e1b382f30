import type { JsonObject, JsonValue } from '../json.ts';

/** What a call may change. `read` changes nothing; `destructive` removes. Decided from the operation, never by the model. */
export type Effect = 'read' | 'write' | 'destructive';

/** JSON Schema 2020-12. A `$ref` is always `#/$defs/<key>` and resolves in the toolset's `definitions`. May be recursive through them. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Tool {
	/** The toolset it belongs to, a TypeScript identifier. Programs call `<toolset>.<name>(args)`. */
	readonly toolset: string;
	/** TypeScript identifier, unique in its toolset. */
	readonly name: string;
	/** One line, at most 120 characters, no markup. */
	readonly summary: string;
	/** The longer text of the document, when it says more than the summary. */
	readonly description?: string;
	readonly effect: Effect;
	/** Always `type: object`; `properties` are the arguments, `required` the obligatory ones. */
	readonly input: JsonSchema;
	/** Of the value a program receives; undefined when the document does not say. */
	readonly output?: JsonSchema;
	/** Changes when and only when input, output or effect change, following references. */
	readonly schemaHash: string;
	/** What a person recognises it by, for example `GET /movie/{movie_id}`. */
	readonly origin: string;
	/** Who is asked before a call goes out, as the toolset's policy says; by its effect alone (`approvalOf`) when left out. */
	readonly approval?: Approval;
	/** A response may hold one page of several: `nextPage(response)` then gives the program the arguments for the next. */
	readonly paged?: true;
}

/** `none`: the call goes out. `ask`: a person says yes first. `ask-twice`: and says it again after a second look. */
export type Approval = 'none' | 'ask' | 'ask-twice';

/** `toolset.name`: how programs, plans, journals and records name a tool. */
export function toolId(tool: Pick<Tool, 'toolset' | 'name'>): string {
	return `${tool.toolset}.${tool.name}`;
}

/** The toolset that such an id belongs to. */
export function toolsetOf(toolId: string): string {
	return toolId.slice(0, toolId.indexOf('.'));
}

/** An operation that could not become a tool, and why, in words for the admin. */
export interface SkippedOperation {
	readonly origin: string;
	readonly reason: string;
}

/** What a call ended in. Failure is data: the program sees it as a thrown ToolError, the journal as this record. */
export type ToolResponse =
	| {
			readonly ok: true;
			readonly value: JsonValue;
			readonly status?: number;
			/** The arguments of the same tool for the next page, where the response says that there is one. */
			readonly next?: JsonObject;
	  }
	| {
			readonly ok: false;
			readonly kind: 'invalid-arguments' | 'refused' | 'http' | 'network' | 'timed-out' | 'too-large' | 'unknown-tool' | 'stopped';
			/** For the program and the model: what went wrong, without secrets, at most 2,000 characters. */
			readonly message: string;
			readonly status?: number;
	  };

export interface CallContext {
	readonly signal: AbortSignal;
	/** Where a response that is no text is kept, and what arguments may name again; absent where nobody could use a file. */
	readonly files?: CallFiles;
	/** Asks the person, for `human` alone; see `Conversation.askPerson`. */
	readonly ask?: (question: PersonQuestion) => Promise<string | boolean>;
}

/** What a program gets in place of bytes. It can be answered, which shows the file to people, and given to a tool that takes one. */
export interface FileHandle {
	/** Known in this run alone. */
	readonly file: string;
	readonly name: string;
	readonly mediaType: string;
	readonly bytes: number;
}

/** The files of one run. Methods reject with a UserError when the storage fails. */
export interface CallFiles {
	put(file: { readonly name: string; readonly mediaType: string; readonly content: Uint8Array }): Promise<FileHandle>;
	/** Undefined for what is no file of this run. */
	get(id: string): Promise<{ readonly name: string; readonly mediaType: string; readonly content: Uint8Array } | undefined>;
}

/** What a program asks the person (`human.choose`, `human.confirm`, `human.input`). Everything in it was written by a program: it is no markup. */
export type PersonQuestion = { readonly text: string } & (
	| {
			readonly kind: 'choose';
			/** 2 to 25, each of 1 to 100 characters, no two the same. */
			readonly options: readonly string[];
	  }
	| { readonly kind: 'confirm' }
	| { readonly kind: 'input' }
);

/** The exact request a call would make, credentials left out, for approvals and records. */
export interface CallPreview {
	readonly method: string;
	readonly url: string;
	/** Headers and cookies that come from arguments. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: JsonValue;
}

/** A loaded toolset: what it offers and how it is called. One implementation per kind (`openapi/`, `mcp/`). */
export interface Toolset {
	readonly name: string;
	/** What answers its calls, for statistics. */
	readonly kind?: 'openapi' | 'mcp' | 'human';
	/** The document's own title. */
	readonly title: string;
	/** Where calls go, for people; no credentials. */
	readonly address: string;
	readonly tools: ReadonlyMap<string, Tool>;
	/** Schemas that inputs and outputs refer to as `#/$defs/<key>`. */
	readonly definitions: Readonly<Record<string, JsonSchema>>;
	readonly skipped: readonly SkippedOperation[];
	/** Never throws for anything the arguments, the server or the network do; validates the arguments before anything is sent. */
	call(tool: Tool, args: JsonObject, context: CallContext): Promise<ToolResponse>;
	preview(tool: Tool, args: JsonObject): CallPreview;
	/**
	 * Reads anew, with its credential, the text that would be stored as its document; absent where the document is read from its source without one.
	 * Changes nothing by itself. Rejects with a UserError.
	 */
	reread?(): Promise<string>;
	/** Ends its connections; calls end as `stopped`. Absent where it holds none. Never rejects. */
	close?(): Promise<void>;
}
