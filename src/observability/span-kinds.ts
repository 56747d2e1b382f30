import type { Attributes } from '@opentelemetry/api';
import type { JsonValue } from '../json.ts';
import { scrubLine } from './scrub-line.ts';
import type { ModelCallBegun, ModelCallEnded, NoMore, RunBegun, RunEnded, StageName, ToolCallBegun, ToolCallEnded } from './signals.ts';

/** How activities of one kind are written as spans. */
export interface SpanKind<Begin extends object, End extends object> {
	readonly begin: (begin: Begin) => { readonly name: string; readonly attributes: Attributes };
	/** `failure` is what went wrong, in a word, when something did. */
	readonly end?: (end: End) => { readonly attributes: Attributes; readonly failure?: string };
	/** Another server is asked. */
	readonly isClient?: true;
}

/** What was said, as attributes; none where the operator has not asked for it. */
export type Content = (said: Readonly<Record<string, unknown>>) => Attributes;

/** Of one text: prompts of the bot are shorter, and collectors refuse what is much longer. */
const LONGEST_CONTENT = 32_000;

/** As JSON, without secrets, and cut only then. */
export function contentOf(isWanted: boolean, scrub: <T extends JsonValue>(value: T) => T): Content {
	if (!isWanted) return () => ({});
	const written = (value: unknown) => scrubLine(JSON.stringify(value), scrub).trimEnd().slice(0, LONGEST_CONTENT);
	return (said) => Object.fromEntries(Object.entries(said).map(([name, value]) => [name, written(value)]));
}

export function runSpans(version: string): SpanKind<RunBegun, RunEnded> {
	return {
		begin: ({ run, workspace, waitedMs }) => ({
			name: 'invoke_agent ToolCoder Bot',
			attributes: {
				'gen_ai.operation.name': 'invoke_agent',
				'gen_ai.agent.name': 'ToolCoder Bot',
				'gen_ai.agent.version': version,
				'toolcoder.run.id': run,
				'toolcoder.workspace.id': workspace,
				...(waitedMs !== undefined && { 'toolcoder.run.waited_ms': waitedMs }),
			},
		}),
		// Whoever stops a question has met no error.
		end: ({ outcome, code }) => ({ attributes: { 'toolcoder.run.outcome': outcome }, ...(outcome === 'failed' && { failure: code }) }),
	};
}

export const stageSpans: SpanKind<{ readonly stage: StageName }, NoMore> = {
	begin: ({ stage }) => ({ name: stage, attributes: { 'toolcoder.stage': stage } }),
};

/** The provider is the API that is spoken: which company answers behind the address cannot be known. */
export function modelCallSpans(content: Content): SpanKind<ModelCallBegun, ModelCallEnded> {
	return {
		isClient: true,
		begin({ model, stage, origin, messages }) {
			const { hostname, port, protocol } = new URL(origin);
			return {
				name: `chat ${model}`,
				attributes: {
					'gen_ai.operation.name': 'chat',
					'gen_ai.provider.name': 'openai',
					'gen_ai.request.model': model,
					'server.address': hostname,
					'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
					'toolcoder.stage': stage,
					...content({ 'gen_ai.input.messages': messages.map(({ role, content: text }) => ({ role, parts: [textPart(text)] })) }),
				},
			};
		},
		end: ({ model, promptTokens, completionTokens, text }) => ({
			attributes: {
				...(model !== undefined && { 'gen_ai.response.model': model }),
				'gen_ai.usage.input_tokens': promptTokens,
				'gen_ai.usage.output_tokens': completionTokens,
				...content({ 'gen_ai.output.messages': [{ role: 'assistant', parts: [textPart(text)], finish_reason: 'stop' }] }),
			},
		}),
	};
}

function textPart(content: string): object {
	return { type: 'text', content };
}

export function toolCallSpans(content: Content): SpanKind<ToolCallBegun, ToolCallEnded> {
	return {
		begin: ({ tool, kind, effect, args }) => ({
			name: `execute_tool ${tool}`,
			attributes: {
				'gen_ai.operation.name': 'execute_tool',
				'gen_ai.tool.name': tool,
				// The bot itself calls the API; a `function` would be called by whoever asked the model.
				'gen_ai.tool.type': 'extension',
				'toolcoder.toolset.kind': kind,
				'toolcoder.tool.effect': effect,
				...content({ 'gen_ai.tool.call.arguments': args }),
			},
		}),
		end: ({ outcome, status, response }) => ({
			attributes: {
				...(status !== undefined && { 'http.response.status_code': status }),
				...content({ 'gen_ai.tool.call.result': response }),
			},
			...(outcome !== 'ok' && { failure: outcome === 'http' && status !== undefined ? String(status) : outcome }),
		}),
	};
}
