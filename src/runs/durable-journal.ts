import { hashJson } from '../json.ts';
import type { RecordedCall } from '../repository/function-record.ts';
import type { ToolCall } from '../sandbox/outcome.ts';
import type { Records, Storage } from '../storage/storage.ts';
import type { Effect, ToolResponse } from '../toolset/tool.ts';
import type { CallGate, Journal } from './journal.ts';

interface StepRecord {
	readonly output?: unknown;
}

/** Written before a write goes out, and again, with its response, when it came back. Reads are written once. */
interface CallRecord {
	readonly attempt: number;
	readonly tool: string;
	readonly args: ToolCall['args'];
	readonly effect: Effect;
	readonly response?: ToolResponse;
	/** Place among the answers of the attempt. */
	readonly order?: number;
	/** A write that may or may not have happened: no attempt repeats it. */
	readonly uncertain?: true;
}

export interface JournalOptions {
	/** Throws when this process may no longer act for the run; asked before anything is recorded of a call, and right before it goes out. */
	readonly mayAct?: () => void;
}

/** Failures that do not tell whether the other server did the work. */
const UNCERTAIN: ReadonlySet<string> = new Set(['network', 'timed-out', 'too-large']);

const REFUSED: ToolResponse = {
	ok: false,
	kind: 'refused',
	message: 'This call was begun before and may have happened already, so it was not sent again. Find out whether it did.',
};

/** The journal of a run, with everything that earlier processes recorded. Rejects, as all its methods do, when the storage fails. */
export async function openJournal(storage: Storage, runId: string, options: JournalOptions = {}): Promise<Journal> {
	const journal = new DurableJournal(storage, runId, options.mayAct ?? (() => {}));
	await journal.load();
	return journal;
}

class DurableJournal implements Journal {
	readonly #records: Records<StepRecord | CallRecord>;
	readonly #runId: string;
	readonly #mayAct: () => void;
	readonly #steps = new Map<string, Promise<StepRecord>>();
	readonly #calls = new Map<string, CallRecord>();
	/** How many equal calls an attempt has made in this process. */
	readonly #made = new Map<string, number>();
	#answers = 0;
	#attempts = 0;

	constructor(storage: Storage, runId: string, mayAct: () => void) {
		this.#records = storage.records('journal');
		this.#runId = runId;
		this.#mayAct = mayAct;
	}

	async load(): Promise<void> {
		const steps = `${this.#runId}/step/`;
		const calls = `${this.#runId}/call/`;
		for await (const [key, record] of this.#records.entries(steps))
			this.#steps.set(key.slice(steps.length), Promise.resolve(record as StepRecord));
		for await (const [key, record] of this.#records.entries(calls)) {
			const call = record as CallRecord;
			this.#calls.set(key, call);
			this.#answers = Math.max(this.#answers, (call.order ?? -1) + 1);
			this.#attempts = Math.max(this.#attempts, call.attempt + 1);
		}
	}

	async step<T>(name: string, work: () => Promise<T>): Promise<T> {
		let step = this.#steps.get(name);
		if (!step) {
			step = this.#take(name, work);
			this.#steps.set(name, step);
			step.catch(() => this.#steps.delete(name));
		}
		return structuredClone((await step).output) as T;
	}

	async finished<T>(name: string): Promise<T | undefined> {
		const step = await this.#steps.get(name);
		return step && (structuredClone(step.output) as T);
	}

	/** What is given is what was recorded, so that the first pass cannot differ from a replay. */
	async #take(name: string, work: () => Promise<unknown>): Promise<StepRecord> {
		const record = JSON.parse(JSON.stringify({ output: await work() })) as StepRecord;
		await this.#records.put(`${this.#runId}/step/${name}`, record);
		return record;
	}

	async call(
		attempt: number,
		call: ToolCall,
		effect: Effect,
		send: () => Promise<ToolResponse>,
		gate: CallGate = {},
	): Promise<ToolResponse> {
		const identity = this.#identify(attempt, call);
		const own = this.#calls.get(this.#key(attempt, identity));
		if (own?.response) return structuredClone(own.response);
		const earlier = own ?? this.#decidedElsewhere(attempt, identity);
		// What has gone out as a write stays one, though the tool may have come to be called a read since.
		const kept = earlier && earlier.effect !== 'read' ? earlier.effect : effect;
		const entry = { attempt, tool: call.tool, args: call.args, effect: kept };
		if (earlier?.response?.ok) return this.#answer(identity, { ...entry, response: earlier.response });
		if (!earlier && !this.#mayHaveHappened(call)) await gate.allow?.();
		else if (!(await gate.resend?.())) return this.#answer(identity, { ...entry, response: REFUSED, uncertain: true });
		return this.#send(identity, entry, send);
	}

	calls(attempt: number): readonly RecordedCall[] {
		return [...this.#calls.values()]
			.flatMap(({ response, ...call }) => (call.attempt === attempt && response ? [{ ...call, response }] : []))
			.sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
			.map(({ tool, args, response }) => structuredClone({ tool, args, response }));
	}

	changes(): readonly string[] {
		const tools = new Map<string, string>();
		for (const [key, record] of this.#calls) if (mayHaveChanged(record)) tools.set(identityIn(key), record.tool);
		return [...tools.values()];
	}

	/** Tool, arguments and the count of equal calls before it in the attempt. */
	#identify(attempt: number, { tool, args }: ToolCall): string {
		const call = `${tool}/${hashJson(args)}`;
		const counter = `${attempt}/${call}`;
		const count = this.#made.get(counter) ?? 0;
		this.#made.set(counter, count + 1);
		return `${call}/${count}`;
	}

	#key(attempt: number, identity: string): string {
		return `${this.#runId}/call/${attempt}/${identity}`;
	}

	/** The same call in the other programs of the run: the latest that succeeded, or may have. */
	#decidedElsewhere(attempt: number, identity: string): CallRecord | undefined {
		const others = Array.from({ length: this.#attempts }, (_, other) => other).filter((other) => other !== attempt);
		const records = others.reverse().flatMap((other) => this.#calls.get(this.#key(other, identity)) ?? []);
		return records.find((record) => record.uncertain || !record.response || record.response.ok);
	}

	/** Whether an equal call of this run, whichever in the row, may have happened. One that is just under way here is another matter. */
	#mayHaveHappened({ tool, args }: ToolCall): boolean {
		const wanted = hashJson(args);
		return [...this.#calls.values()].some((record) => record.uncertain && record.tool === tool && hashJson(record.args) === wanted);
	}

	async #send(identity: string, entry: CallRecord, send: () => Promise<ToolResponse>): Promise<ToolResponse> {
		const changes = entry.effect !== 'read';
		this.#mayAct();
		if (changes) await this.#record(identity, entry);
		this.#mayAct();
		const response = await send();
		const failed = response.ok ? undefined : response.kind;
		// The run was stopped or the process is leaving, which says nothing about the call: a resumed run makes it again, or refuses a begun write.
		if (failed === 'stopped') {
			// Nothing is recorded, since on disk its start is enough. Should this run go on, as after a lost toolset, an equal call is not a first one.
			if (changes) this.#calls.set(this.#key(entry.attempt, identity), { ...entry, uncertain: true });
			return response;
		}
		const uncertain = changes && failed && UNCERTAIN.has(failed);
		return this.#answer(identity, { ...entry, response, ...(uncertain && { uncertain }) });
	}

	async #answer(identity: string, record: CallRecord & { response: ToolResponse }): Promise<ToolResponse> {
		const recorded = await this.#record(identity, { ...record, order: this.#answers++ });
		return structuredClone(recorded.response);
	}

	async #record<R extends CallRecord>(identity: string, record: R): Promise<R> {
		const key = this.#key(record.attempt, identity);
		const plain = JSON.parse(JSON.stringify(record)) as R;
		const before = this.#calls.get(key);
		// Before it is on disk, so that an equal call of another program sees a write that is about to go out.
		this.#calls.set(key, plain);
		this.#attempts = Math.max(this.#attempts, record.attempt + 1);
		try {
			await this.#records.put(key, plain);
		} catch (error) {
			if (before) this.#calls.set(key, before);
			else this.#calls.delete(key);
			throw error;
		}
		return plain;
	}
}

/** Of the key of a call: what it has in common with the same call of other attempts. */
function identityIn(key: string): string {
	return key.split('/').slice(3).join('/');
}

function mayHaveChanged({ effect, response, uncertain }: CallRecord): boolean {
	if (effect === 'read') return false;
	if (!response || response.ok || uncertain) return true;
	return response.kind === 'http' && (response.status ?? 500) >= 500;
}
