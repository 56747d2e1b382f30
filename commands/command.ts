import type { FunctionStore } from '../src/repository/store/function-store.ts';
import type { KeptImports } from '../src/repository/transfer/kept-imports.ts';
import type { FunctionChecks } from '../src/repository/verification/function-checks.ts';
import type { Budgets } from '../src/runs/budgets.ts';
import type { RunQueue } from '../src/runs/run-queue.ts';
import type { RunRequest } from '../src/runs/run-request.ts';
import type { Usage } from '../src/runs/usage.ts';
import type { Prices } from '../src/settings/prices.ts';
import type { Catalogue } from '../src/toolset/catalogue.ts';
import type { Reach } from '../src/toolset/reach.ts';

/** What a person sent, from any platform. */
export interface Request {
	/** The platform's id of the event; the same event delivered again is the same request. */
	readonly id?: string;
	/** `slack:<team>`, `discord:<guild>`, `console:local` */
	readonly workspaceId: string;
	/** Opaque key of the place to answer in. */
	readonly conversation: string;
	/** What a question follows up on, where that is not the place it is answered in. */
	readonly topic?: string;
	/** The run whose question is asked once more, by a person who wants another answer. */
	readonly retryOf?: string;
	readonly user: {
		readonly id: string;
		readonly name?: string;
		/** Asked only where it matters, and again at every call: a platform may have to look it up. Rejects with a UserError when it cannot. */
		readonly isAdmin: () => Promise<boolean>;
	};
	/** By option name, as each command declares them. */
	readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One argument of a command, as every platform can offer it: a field on Discord, a word or `--flag` in text. */
export interface CommandOption {
	readonly name: string;
	readonly description: string;
	/** `rest` takes the remaining text as it is. */
	readonly kind: 'word' | 'rest' | 'flag' | 'value';
	readonly required?: boolean;
	/** What its values are names of: platforms that can offer them while somebody types. Those of tools are of the toolset in the option `name`. */
	readonly completes?: 'toolset' | 'function' | 'tool';
	/** Offered before these; other values are possible. One of several words (`ask-twice`) may be typed with a space. */
	readonly choices?: readonly string[];
	/** Given by buttons and in scripts, where a message says so: it can be typed, and no help or field offers it. */
	readonly internal?: boolean;
}

/** What a command answers; adapters draw it with their own widgets. */
export type ReplyBlock =
	/** Markdown with nothing beyond **bold**, `code` and line breaks. */
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
	| { readonly kind: 'code'; readonly language: 'ts' | 'json'; readonly code: string }
	/** A text file of up to several MB, for the caller alone. `name` is one plain name with its ending, no path. */
	| { readonly kind: 'file'; readonly name: string; readonly mediaType: string; readonly content: string };

export type Reply = readonly ReplyBlock[];

/** What commands act on; `main.ts` supplies the real ones. */
export interface CommandServices {
	readonly runs: RunQueue;
	readonly catalogue: Catalogue;
	readonly functions: FunctionStore;
	readonly functionChecks: FunctionChecks;
	readonly functionImports: KeptImports;
	/** The name of a person; absent where people are known by their id alone. Gives the id of somebody it does not know, and never rejects. */
	readonly nameOf?: (workspaceId: string, user: string) => Promise<string>;
	/** Reads an API document from an address, or from a file where this is allowed, or what an MCP server offers. Rejects with a UserError. */
	readonly readDocument: Reach['readDocument'];
	/** Questions the prepared replies can answer, when no model is configured. */
	readonly sampleQuestions: readonly string[];
	readonly usage: Usage;
	readonly budgets: Budgets;
	readonly settings: Settings;
}

/** What an operator has set, for admins to see; no secret is among it. `settingsOf` makes it. */
export interface Settings {
	/** Of the models that the operator gave one; costs are shown when there is any. */
	readonly prices: Prices;
	/** The model that is configured. */
	readonly model: string;
	readonly shown: readonly Setting[];
}

export interface Setting {
	readonly name: string;
	readonly value: string;
	/** The environment variable, or variables, that change it. */
	readonly variable: string;
}

export type FormName = 'add-toolset' | 'credential' | 'import-functions';

export interface Confirmation {
	/** What would happen, and on the last line the question itself. Who says no to it has changed nothing. Left out where nothing has to be asked. */
	readonly question?: string;
	/** What is then run, in place of the options of the request: exactly what was asked about. */
	readonly options?: Request['options'];
}

/** What the run that a command begins is about. */
export type Asked = Pick<RunRequest, 'text' | 'allowWrites' | 'dryRun' | 'call'>;

/** A command, defined once for every platform. One file each; `table.ts` lists them. */
export interface Command {
	/** `['toolset', 'add']` is typed `/toolset add`. */
	readonly path: readonly [string] | readonly [string, string];
	readonly summary: string;
	/** Checked on the server at every call, whatever the platform's own permissions say. */
	readonly admin: boolean;
	readonly options: readonly CommandOption[];
	/** Who sees that it was typed, and its answer. Platforms have to know before they know anything else about it. */
	readonly audience: 'everyone' | 'caller';
	/** Asks for what is left out, where a platform has forms: it is opened instead, unless this option is given. */
	readonly form?: { readonly name: FormName; readonly unless: string };
	/**
	 * What to ask before something is destroyed or let loose; undefined for nothing. Adapters ask it where a person can answer, `run` does not. Rejects
	 * as `run` does for what could not be done anyway.
	 */
	confirmation?(request: Request, services: CommandServices): Promise<Confirmation | undefined>;
	/**
	 * Of a command that begins a run: what is asked. Changes nothing, and rejects as `run` does: a platform that shows what is asked, before it is accepted,
	 * looks here first. `beginRun` then begins it.
	 */
	asks?(request: Pick<Request, 'workspaceId' | 'user' | 'options'>, services: Pick<CommandServices, 'functions'>): Promise<Asked>;
	/** Rejects with a UserError for whatever the person can mend. A command that `asks` answers through the conversation and replies nothing. */
	run(request: Request, services: CommandServices): Promise<Reply>;
}

export function text(content: string): ReplyBlock {
	return { kind: 'text', text: content };
}
