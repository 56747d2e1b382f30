import { UserError } from '../../src/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { serverOf } from '../../src/toolset/difference.ts';
import { NO_ACCESS_TOKEN } from '../../src/toolset/http/oauth-request.ts';
import type { Tool, Toolset } from '../../src/toolset/tool.ts';
import { type Trial, tryToolset } from '../../src/toolset/try-toolset.ts';
import { type Command, type Reply, type Request, text } from '../command.ts';
import { credentialOf } from './describe-toolset.ts';
import { missing, optional, recordOf } from './existing.ts';

const LINES = 3;
const LINE_CHARACTERS = 160;
/** Calls end by themselves much sooner. */
const LIMIT_MS = 120_000;

export const toolsetTest: Command = {
	path: ['toolset', 'test'],
	summary: 'Call one harmless tool of an API, to see whether address and credential work.',
	admin: true,
	audience: 'caller',
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{ name: 'tool', description: 'one that only reads; the first that needs no arguments if left out', kind: 'word', completes: 'tool' },
		{ name: 'arguments', description: 'its arguments as JSON, for example {"id": 1}', kind: 'rest' },
	],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const record = await recordOf(workspaceId, name, catalogue);
		const args = readArguments(options);
		const toolset = (await catalogue.openAnew(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		try {
			const trial = await tryToolset(toolset, {
				policy: record.policy,
				tool: optional(options.tool),
				args,
				signal: AbortSignal.timeout(LIMIT_MS),
			});
			return report(trial, record, toolset);
		} finally {
			await toolset.close?.();
		}
	},
};

function readArguments(options: Request['options']): JsonObject | undefined {
	const given = optional(options.arguments);
	if (given === undefined) return undefined;
	try {
		const value: unknown = JSON.parse(given);
		if (isJsonObject(value)) return value;
	} catch {
		// Said below, as for what is JSON but no object.
	}
	throw new UserError('bad-input', 'The arguments must be one JSON object, for example {"id": 1}.');
}

function report({ listing, call }: Trial, record: ToolsetRecord, toolset: Toolset): Reply {
	const heard = listing && (listing.failure ?? `${toolset.address} told its tools in ${listing.ms} ms.`);
	if (!call)
		return [text([...(heard === undefined ? [] : [heard]), ...(listing?.failure === undefined ? [whatToType(toolset)] : [])].join('\n'))];
	const { preview, response } = call;
	const lines = [
		...(heard === undefined ? [] : [heard]),
		`\`${preview.method} ${preview.url}\` (${toolset.name}.${call.tool.name}) ${outcome(call)}`,
		credentialLine(call, record, toolset),
	];
	const shown = response.ok ? [{ kind: 'code' as const, language: 'json' as const, code: firstLines(response.value) }] : [];
	return [text(lines.join('\n')), ...shown];
}

function outcome({ response, ms }: NonNullable<Trial['call']>): string {
	const status = response.status === undefined ? '' : ` with status ${response.status}`;
	if (response.ok) return `answered${status} after ${ms} ms.`;
	// What servers refuse begins with its status.
	const told = response.message.startsWith(`${response.status} `) ? '' : status;
	return `failed${told} after ${ms} ms: ${response.message}`;
}

function credentialLine({ preview, response }: NonNullable<Trial['call']>, record: ToolsetRecord, { address }: Toolset): string {
	const refused = response.status === 401 || response.status === 403;
	const again = `\`/toolset auth ${record.name}\``;
	if (record.credential === undefined)
		return refused ? `It was sent no credential, and wants one: ${again} sets it.` : 'It was sent no credential.';
	const described = `The credential (${credentialOf(record)})`;
	if (serverOf(preview.url) !== serverOf(address)) return `${described} was not sent: it is for ${serverOf(address)} alone.`;
	if (refused) return `${described} was sent and refused. Another one is set with ${again}.`;
	if (response.ok || response.status !== undefined) return `${described} was sent and not refused.`;
	if (response.kind === 'invalid-arguments') return `${described} was not sent, nor was anything else.`;
	if (response.message.startsWith(NO_ACCESS_TOKEN))
		return `${described} was not sent to the API, nor was the call: it goes as an access token, and there is none. Another one is set with ${again}.`;
	// What did not get an answer may not have got there.
	return `${described} goes with it. Whether it is taken is not known: nothing answered.`;
}

function whatToType(toolset: Toolset): string {
	const read = [...toolset.tools.values()].find(({ effect }) => effect === 'read');
	if (!read) return `\`${toolset.name}\` has no tool that only reads, so that none is called for a test.`;
	return `No tool of \`${toolset.name}\` that only reads runs unasked and without arguments. Name one and give its arguments: \`/toolset test ${toolset.name} ${read.name} ${exampleArguments(read)}\``;
}

function exampleArguments({ input }: Tool): string {
	const required = Array.isArray(input.required) ? input.required.filter((name) => typeof name === 'string') : [];
	const properties = isJsonObject(input.properties) ? input.properties : {};
	const sample = (name: string) => {
		const property = properties[name];
		const type = isJsonObject(property) ? property.type : undefined;
		return type === 'integer' || type === 'number' ? 1 : type === 'boolean' ? true : '…';
	};
	return JSON.stringify(Object.fromEntries(required.map((name) => [name, sample(name)])));
}

function firstLines(value: JsonValue): string {
	const lines = (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
	const cut = (line: string) => (line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS - 1)}…` : line);
	const more = lines.length > LINES ? [`… and ${lines.length - LINES} more lines`] : [];
	return [...lines.slice(0, LINES).map(cut), ...more].join('\n');
}
