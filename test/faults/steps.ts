import type { Fault } from './fault.ts';
import { REQUEST_FAULTS, type RequestFaultKind } from './gate.ts';
import { STORAGE_FAULTS, type StorageFaultKind } from './storage-fault.ts';

/** A boundary of a run, or a request in the midst of it, at which something may go wrong. */
export interface Step {
	readonly name: string;
	readonly at:
		| { readonly place: 'storage'; readonly operation: string; readonly occurrence: number }
		| { readonly place: 'model' | 'shop' | 'slack'; readonly request: string };
}

export type FaultKind = StorageFaultKind | RequestFaultKind;
export const FAULT_KINDS: readonly FaultKind[] = [...STORAGE_FAULTS, ...REQUEST_FAULTS];

const stored = (name: string, operation: string, occurrence = 1): Step => ({ name, at: { place: 'storage', operation, occurrence } });
const asked = (name: string, begins: string): Step => ({ name, at: { place: 'model', request: begins } });
const called = (name: string, request: string): Step => ({ name, at: { place: 'shop', request: `^${request}` } });
const shown = (name: string, method: string, words = ''): Step => ({
	name,
	at: { place: 'slack', request: `^POST /api/${method}\\n[^]*${words}` },
});

/** In the order of a run. */
export const STEPS: readonly Step[] = [
	stored('event written down', '^put slack-inbox/'),
	stored('event taken', '^claim slack-delivery/'),
	stored('thread joined', '^put engagements/'),
	stored('question admitted', '^put budget-admissions/'),
	stored('question counted', '^change day-counts/'),
	stored('event held', '^claim run-event/'),
	stored('event recorded', '^(put|change) run-events/'),
	stored('run listed for its asker', '^put runs-asked/'),
	stored('run in line', '^change runs-waiting/'),
	stored('run unfinished', '^put unfinished-runs/'),
	stored('run stored', '^change runs/'),
	stored('event let go', '^release run-event/'),
	stored('event handled', '^claim slack-handled/'),
	stored('event crossed off', '^delete slack-inbox/'),
	stored('run held', '^claim run/'),
	stored('run at work', '^put runs-at-work/'),
	stored('run out of line', '^delete runs-waiting/'),
	stored('earlier turns read', '^entries turns/'),
	stored('run begun', '^put runs/'),
	stored('journal read', '^entries journal/'),
	stored('known functions noted', '^put journal/.*/step/offered-for-scaffold'),
	shown('session shown', 'agents.sessions.setStatus', 'processing'),
	asked('scaffold asked', 'You turn a question'),
	stored('scaffold journalled', '^put journal/.*-scaffold$', 2),
	stored('scaffold marked', '^put postings/'),
	shown('scaffold shown', 'chat.postMessage', 'async function ordered_'),
	stored('scaffold noted', '^put postings/', 2),
	asked('plan asked', 'You plan how'),
	stored('plan journalled', '^put journal/.*-plan$'),
	asked('program asked', 'You implement a plan'),
	stored('program journalled', '^put journal/.*-implement$'),
	called('read', 'GET /items'),
	stored('read journalled', '^put journal/.*/shop.countItems/'),
	stored('approval opened', '^put approvals/'),
	stored('card marked', '^put postings/approval'),
	shown('card shown', 'chat.postMessage', 'May the program'),
	stored('card noted', '^put postings/approval', 2),
	stored('approval looked at', '^get approval-decisions/', 2),
	stored('decision taken', '^claim approval/'),
	stored('decision copied', '^put approval-decisions/'),
	shown('card settled', 'chat.update', 'Approved'),
	stored('decision used', '^put approvals-used/'),
	stored('yes journalled', '^put journal/.*/step/approval-'),
	stored('write begun', '^put journal/.*/shop.makeOrder/'),
	called('write', 'POST /orders'),
	stored('write answered', '^put journal/.*/shop.makeOrder/', 2),
	stored('attempt journalled', '^put journal/.*/step/attempt-0'),
	asked('repair asked', 'You repair'),
	stored('repair journalled', '^put journal/.*-reflect$'),
	stored('earlier write taken over', '^put journal/.*/call/1/shop.makeOrder/'),
	stored('free write begun', '^put journal/.*/shop.noteOrder/'),
	called('free write', 'POST /notes'),
	stored('free write answered', '^put journal/.*/shop.noteOrder/', 2),
	called('file fetched', 'GET /receipt'),
	stored('file kept', '^put run-file-contents/'),
	stored('file listed', '^put run-files/'),
	stored('file journalled', '^put journal/.*/shop.getReceipt/'),
	stored('last attempt journalled', '^put journal/.*/step/attempt-1'),
	stored('ending recorded', '^put run-endings/'),
	shown('status cleared', 'assistant.threads.setStatus', ''),
	shown('answer shown', 'chat.postMessage', 'Order \\d+ is for'),
	shown('file announced', 'files.getUploadURLExternal'),
	stored('file transferred', '^put postings/.*\\.a0\\.file$', 2),
	shown('file shown', 'files.completeUploadExternal'),
	stored('file noted', '^put postings/.*\\.a0$', 2),
	stored('ending shown', '^put run-endings/', 2),
	stored('tokens counted', '^change day-counts/', 3),
	stored('usage counted', '^put usage/'),
	stored('run ended', '^put runs/', 2),
	stored('turn remembered', '^put turns/'),
	stored('example kept', '^put function-examples/'),
	stored('function kept', '^change function-versions/'),
	stored('function told of', '^put function-changes/'),
	stored('answer credited', '^put function-answers/'),
	stored('file discarded', '^delete run-file-contents/'),
	stored('file forgotten', '^delete run-files/'),
	stored('run closed', '^delete unfinished-runs/'),
	stored('run not at work', '^delete runs-at-work/'),
	stored('run let go', '^release run/'),
];

/** What can go wrong at a step. */
export function kindsAt({ at }: Step): readonly FaultKind[] {
	return at.place === 'storage' ? STORAGE_FAULTS : REQUEST_FAULTS;
}

export function faultAt({ at }: Step, kind: FaultKind): Fault {
	// A kind belongs to a place by `kindsAt`.
	return { ...at, kind } as Fault;
}
