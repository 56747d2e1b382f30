import { type Fields, structure, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { View } from '../state/views.ts';
import type { Call, Method } from './call.ts';
import { publishView, pushView, replaceView, type Viewer } from './show-view.ts';

/**
 * The emulator keeps views too, but never closes one and issues triggers of its own; so the simulator keeps them itself.
 * https://docs.slack.dev/reference/methods/views.open
 */
export const openView: Method = (call) => {
	const { viewer } = triggered(call);
	// A person has one stack of modals: a new one closes what was open.
	call.world.views.close(viewer.member.id, true);
	return shown(pushView(viewer, structure(call.fields, 'view')));
};

/** https://docs.slack.dev/reference/methods/views.push: from a trigger of a modal only. */
export const pushOnView: Method = (call) => {
	const { viewer, within } = triggered(call);
	if (within === undefined || !call.world.views.stack(viewer.member.id).some((view) => view.id === within)) throw new Refusal('not_found');
	return shown(pushView(viewer, structure(call.fields, 'view')));
};

/** https://docs.slack.dev/reference/methods/views.update */
export const updateView: Method = (call) => {
	const id = text(call.fields, 'view_id');
	const external = text(call.fields, 'external_id');
	const all = call.workspace.people.all().flatMap((member) => call.world.views.stack(member.id));
	const view = all.find((item) => (id === '' ? external !== '' && item.payload.external_id === external : item.id === id));
	if (!view) throw new Refusal('not_found');
	checkHash(call, view);
	return shown(replaceView(viewerOf(call, view.user), view, structure(call.fields, 'view')));
};

/** https://docs.slack.dev/reference/methods/views.publish */
export const publishHome: Method = (call) => {
	const user = text(call.fields, 'user_id');
	if (!call.workspace.people.find(user)) throw new Refusal('user_not_found');
	const before = call.world.views.home(user);
	if (before) checkHash(call, before);
	return shown(publishView(viewerOf(call, user), structure(call.fields, 'view')));
};

function triggered(call: Call): { readonly viewer: Viewer; readonly within?: string } {
	const { view, user } = call.world.triggers.exchange(text(call.fields, 'trigger_id'), call.workspace.id);
	return { viewer: viewerOf(call, user), ...(view === undefined ? {} : { within: view }) };
}

function viewerOf(call: Call, user: string): Viewer {
	return { world: call.world, workspace: call.workspace, member: { id: user } };
}

function checkHash(call: Call, view: View): void {
	const hash = text(call.fields, 'hash');
	if (hash !== '' && hash !== view.payload.hash) throw new Refusal('hash_conflict');
}

function shown(view: View): Fields {
	return { view: view.payload };
}
