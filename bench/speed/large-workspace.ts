import type { Tool, Toolset } from '../../src/toolset/tool.ts';

const TOOLSETS = ['billing', 'shipping', 'people', 'support', 'sales', 'warehouse', 'marketing', 'finance', 'calendar', 'devices'];
const VERBS = ['list', 'get', 'create', 'update', 'delete', 'search', 'export', 'archive', 'restore', 'assign'];
const NOUNS =
	'invoice customer order shipment warehouse employee contract ticket project payment refund coupon product category review message channel webhook report dashboard device sensor meeting calendar lead campaign'.split(
		' ',
	);
const QUALIFIERS =
	'open overdue archived weekly monthly regional internal external draft approved rejected pending shared private public bulk recurring historical summary detailed'.split(
		' ',
	);

/** Ten business APIs with `count` operations together, whose vocabulary overlaps as that of real ones does. Always the same for a count. */
export function largeWorkspace(count: number): Toolset[] {
	const each = Math.ceil(count / TOOLSETS.length);
	return TOOLSETS.map((name, at) => ({
		name,
		title: `${name} API`,
		address: `https://${name}.example`,
		tools: new Map(Array.from({ length: each }, (_, number) => operation(name, at * each + number)).map((tool) => [tool.name, tool])),
		definitions: { Record: record },
		skipped: [],
		call: async () => ({ ok: false, kind: 'refused', message: 'benchmarks call nothing' }),
		preview: ({ origin }) => ({ method: 'GET', url: origin }),
	}));
}

const text = (description?: string) => ({ type: 'string', ...(description !== undefined && { description }) });
const list = (items: object) => ({ type: 'array', items });

const record = {
	type: 'object',
	properties: {
		id: text(),
		status: { type: 'string', enum: ['active', 'waiting', 'closed'] },
		created_at: text('Time of creation, ISO 8601.'),
		owner: { type: 'object', properties: { id: text(), name: text(), email: text() } },
		lines: list({ type: 'object', properties: { title: text(), amount: { type: 'number' }, currency: text() } }),
		labels: list(text()),
	},
};

function operation(toolset: string, number: number): Tool {
	const pick = (words: readonly string[], at: number) => words[at % words.length] ?? '';
	const verb = pick(VERBS, number);
	const noun = pick(NOUNS, Math.floor(number / VERBS.length));
	const qualifier = pick(QUALIFIERS, Math.floor(number / (VERBS.length * NOUNS.length)) * 7 + number);
	return {
		toolset,
		name: `${verb}${capital(qualifier)}${capital(noun)}${number}`,
		summary: `${capital(verb)} the ${qualifier} ${noun}s of an organisation.`,
		description: `Needs the permission ${noun}.${verb}. Results are sorted by the time of the last change.`,
		effect: 'read',
		input: {
			type: 'object',
			properties: {
				organisation_id: text('The organisation, as shown in its address.'),
				[`${noun}_id`]: text(`Only this ${noun}.`),
				changed_since: text('Only what was changed after this time (ISO 8601).'),
				cursor: text('Where the page before ended.'),
			},
			required: ['organisation_id'],
		},
		output: { type: 'object', properties: { data: list({ $ref: '#/$defs/Record' }), next_cursor: text() } },
		schemaHash: String(number),
		origin: `GET /organisations/{organisation_id}/${noun}s/${qualifier}/${verb}`,
	};
}

function capital(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}
