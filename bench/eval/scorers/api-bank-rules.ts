import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.ts';
import { dayOfYear, normalTimeOrError } from './python-time.ts';
import { isTruthy, literal, pythonEqual } from './python-values.ts';

type Normalise = (value: JsonValue) => JsonValue;
/** `overlap`: at least half of all words that occur are in both; `overlap-any-case`: the same in lower case. */
type Comparison = Normalise | 'overlap' | 'overlap-any-case';

/** What has to agree in the call made and the gold call, beside the tool. Outputs and exceptions have to be equal unless it says otherwise. */
interface Rule {
	readonly fields?: Readonly<Record<string, Comparison>>;
	/** The other inputs have to be equal, too. */
	readonly rest?: true;
	/** `null-only`: there may be any output unless the gold call has none. */
	readonly output?: Normalise | 'null-only' | 'ignored';
	readonly exception?: 'ignored';
}

/** Whether a call of this tool is the gold call, by what it answered and what the gold call did. */
export type CheckCall = (tool: string, response: JsonValue, gold: JsonValue) => boolean;

/**
 * API-Bank's rule for each tool (arXiv 2304.08244, section 3.3: a call is right when it does and returns the same as the gold call), ported from the
 * suite's `apibank.check`. `response` and `gold` are `{api_name, input, output, exception}`; anything else is no right call. `appointments` are the ids
 * of the initial database: others were drawn at random, and do not count. Never throws.
 */
export function createCheck(appointments: ReadonlySet<string>): CheckCall {
	const rules = new Map(Object.entries(rulesOf(appointments)));
	return (tool, response, gold) => {
		try {
			const [made, wanted] = [responseOf(response), responseOf(gold)];
			return SPECIAL.get(tool)?.(made, wanted) ?? isRight(rules.get(tool) ?? { rest: true }, made, wanted);
		} catch (error) {
			// The rules are written for the gold call's types: an input or output of others is wrong.
			if (error instanceof TypeError) return false;
			throw error;
		}
	};
}

interface Response {
	readonly input: JsonValue;
	readonly output: JsonValue;
	readonly exception: JsonValue;
}

/** Reading a part that is missing throws a TypeError: it is wrong by the rules that ask for this part, and by no other. */
function responseOf(value: JsonValue): Response {
	const part = (name: keyof Response): JsonValue => {
		const found = objectOf(value)[name];
		if (found === undefined) throw new TypeError(`no ${name}`);
		return found;
	};
	return {
		input: part('input'),
		get output() {
			return part('output');
		},
		get exception() {
			return part('exception');
		},
	};
}

function inputOf({ input }: Response): JsonObject {
	return isTruthy(input) ? objectOf(input) : {};
}

function isRight(rule: Rule, response: Response, gold: Response): boolean {
	const { output, fields = {} } = rule;
	if (output === undefined && !pythonEqual(response.output, gold.output)) return false;
	if (typeof output === 'function' && !pythonEqual(output(response.output), output(gold.output))) return false;
	if (output === 'null-only' && gold.output === null && response.output !== null) return false;
	if (rule.exception !== 'ignored' && !pythonEqual(response.exception, gold.exception)) return false;
	if (Object.keys(fields).length === 0 && !rule.rest) return true;
	const [given, wanted] = [inputOf(response), inputOf(gold)];
	const areAlike = Object.entries(fields).every(([field, compare]) => isAlike(compare, given[field] ?? null, wanted[field] ?? null));
	if (!areAlike || !rule.rest) return areAlike;
	const others = (input: JsonObject) =>
		Object.fromEntries(
			Object.entries(input)
				.filter(([field]) => !Object.hasOwn(fields, field))
				.map(([field, value]) => [field, withoutNotation(value)]),
		);
	return pythonEqual(others(given), others(wanted));
}

function isAlike(compare: Comparison, given: JsonValue, wanted: JsonValue): boolean {
	if (typeof compare === 'function') return pythonEqual(compare(given), compare(wanted));
	const wordsOf = (value: JsonValue) => new Set((compare === 'overlap' ? textOf(value) : textOf(value).toLowerCase()).split(' '));
	const [a, b] = [wordsOf(given), wordsOf(wanted)];
	return a.intersection(b).size / a.union(b).size >= 0.5;
}

/** Tools that are not compared field by field; undefined where the common rule holds all the same. */
const SPECIAL: ReadonlyMap<string, (response: Response, gold: Response) => boolean | undefined> = new Map([
	['GetToday', ({ output, exception }: Response) => output !== null && exception === null],
	['ToolSearcher', foundTool],
	['SearchEngine', foundPages],
	['DeleteAgenda', (response: Response, gold: Response) => deleted('time', response, gold)],
	['DeleteReminder', (response: Response, gold: Response) => deleted('time', response, gold)],
	['DeleteMeeting', (response: Response, gold: Response) => deleted('start_time', response, gold)],
]);

function deleted(field: string, response: Response, gold: Response): boolean | undefined {
	if (response.output !== 'success' || gold.output !== 'success') return undefined;
	const [given, wanted] = [inputOf(response)[field], inputOf(gold)[field]];
	return given !== undefined && wanted !== undefined && pythonEqual(given, wanted);
}

function foundTool(response: Response, gold: Response): boolean {
	const namesOf = (output: JsonValue) => new Set((Array.isArray(output) ? output : [output]).map((tool) => textOf(objectOf(tool).name)));
	return pythonEqual(response.exception, gold.exception) && namesOf(gold.output).isSubsetOf(namesOf(response.output));
}

function foundPages(response: Response, gold: Response): boolean {
	const sorted = (output: JsonValue) =>
		listOf(output)
			.map(objectOf)
			.sort(by((page) => textOf(page.title) + textOf(page.abstract)));
	return pythonEqual(response.exception, gold.exception) && pythonEqual(sorted(response.output), sorted(gold.output));
}

function rulesOf(appointments: ReadonlySet<string>): Readonly<Record<string, Rule>> {
	const agenda: Rule = { fields: { content: 'overlap', time: asText, location: asText } };
	const reminder: Rule = { fields: { content: 'overlap-any-case', time: asText } };
	const meeting: Rule = { fields: { meeting_topic: 'overlap' }, rest: true };
	const symptom: Rule = { fields: { symptom: lower } };
	const scene = { name: lower, devices };
	return {
		AddAgenda: agenda,
		ModifyAgenda: agenda,
		QueryAgenda: agenda,
		DeleteAgenda: {},
		AddReminder: reminder,
		ModifyReminder: reminder,
		QueryReminder: reminder,
		DeleteReminder: {},
		AddMeeting: meeting,
		ModifyMeeting: meeting,
		QueryMeeting: meeting,
		DeleteMeeting: {},
		AddScene: { fields: scene, output: 'null-only' },
		ModifyScene: { fields: scene },
		DeleteScene: { fields: { name: lower } },
		QueryScene: { fields: { name: lower }, output: devices },
		TimedSwitch: { fields: { name: lower, time, on: isTruthy } },
		CancelTimedSwitch: { fields: { name: lower, time } },
		AppointmentRegistration: { fields: { patient_name: stripped, date, doctor_name: stripped }, output: 'null-only' },
		CancelRegistration: { fields: { appointment_id: stripped } },
		ModifyRegistration: {
			fields: { appointment_id: (value) => asText(value).trim(), new_appointment_date: date, new_appointment_doctor: stripped },
		},
		QueryRegistration: { fields: { patient_name: stripped, date }, output: (value) => withoutDrawnIds(value, appointments) },
		QueryHealthData: { fields: { user_id: (value) => upper(textOf(value)), start_time: time, end_time: time } },
		RecordHealthData: { fields: { user_id: (value) => upper(asText(value)), time } },
		EmergencyKnowledge: symptom,
		SymptomSearch: symptom,
		QueryBalance: { fields: { token: stripped } },
		QueryStock: { fields: { stock_code: (value) => upper(textOf(value)), date } },
		QueryHistoryToday: { fields: { date: (value) => dayOfYear(textOf(value)) } },
		RegisterUser: { rest: true, output: 'null-only' },
		SendEmail: { fields: { receiver: lower, subject: stripped, content: stripped } },
		Calculator: { fields: { formula: (value) => textOf(value).replaceAll(' ', '') } },
		DocumentQA: { fields: { url: stripped, question: stripped } },
		PlayMusic: { exception: 'ignored' },
		Translate: { fields: { src: asText }, output: 'ignored', exception: 'ignored' },
		Dictionary: {},
		Wiki: {},
	};
}

const lower = (value: JsonValue) => textOf(value).trim().toLowerCase();
const upper = (text: string) => text.toUpperCase().trim();
const stripped = (value: JsonValue) => (typeof value === 'string' ? value.trim() : value);
const date = (value: JsonValue) => (value === null ? null : normalTimeOrError(value, 'day'));
const time = (value: JsonValue) => normalTimeOrError(value, 'time');
const asText = (value: JsonValue) => (typeof value === 'string' ? value : canonicalJson(value));
const withoutNotation = (value: JsonValue) => (typeof value === 'string' && /^[[{]/.test(value) ? literal(value) : value);

function devices(value: JsonValue): JsonValue {
	return listOf(literal(value))
		.map(objectOf)
		.map((device) => ({ ...device, name: lower(device.name ?? null), description: textOf(device.description).trim() }))
		.sort(by(({ name }) => name));
}

function withoutDrawnIds(value: JsonValue, appointments: ReadonlySet<string>): JsonValue {
	if (!isTruthy(value)) return value;
	return Object.entries(objectOf(value))
		.map(([id, appointment]) => canonicalJson([appointments.has(id) ? id : '*', appointment]))
		.sort();
}

function textOf(value: JsonValue | undefined): string {
	if (typeof value !== 'string') throw new TypeError('no text');
	return value;
}

function objectOf(value: JsonValue): JsonObject {
	if (!isJsonObject(value)) throw new TypeError('no object');
	return value;
}

function listOf(value: JsonValue): JsonValue[] {
	if (Array.isArray(value)) return value;
	// An empty text or object is walked through like an empty list.
	if (value !== null && typeof value !== 'number' && typeof value !== 'boolean' && !isTruthy(value)) return [];
	throw new TypeError('no list');
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
	return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
