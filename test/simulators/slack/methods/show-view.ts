import { withIds } from '../block-kit/check-message.ts';
import { checkView } from '../block-kit/check-view.ts';
import { type Fields, isFields, nested, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import { slackId, timestamp } from '../state/ids.ts';
import type { View } from '../state/views.ts';
import type { Workspace } from '../state/workspace.ts';
import type { World } from '../world.ts';

/** https://docs.slack.dev/surfaces/modals: a stack of at most three. */
const HIGHEST_STACK = 3;

export interface Viewer {
	readonly world: World;
	readonly workspace: Workspace;
	readonly member: { readonly id: string };
}

/** Opens a modal; the stack is that of the interaction it answers. */
export function pushView(viewer: Viewer, view: unknown): View {
	const stack = viewer.world.views.stack(viewer.member.id);
	if (stack.length >= HIGHEST_STACK) throw new Refusal('push_limit_reached');
	const [root] = stack;
	return viewer.world.views.show(describeView(viewer, 'modal', view, { id: slackId('V'), root: root?.id, previous: stack.at(-1)?.id }));
}

export function replaceView(viewer: Viewer, before: View, view: unknown): View {
	const root = text(before.payload, 'root_view_id');
	const previous = text(before.payload, 'previous_view_id') || undefined;
	return viewer.world.views.show(describeView(viewer, before.type, view, { id: before.id, root, previous }));
}

export function publishView(viewer: Viewer, view: unknown): View {
	const before = viewer.world.views.home(viewer.member.id);
	return viewer.world.views.show(describeView(viewer, 'home', view, { id: before?.id ?? slackId('V') }));
}

interface Place {
	readonly id: string;
	readonly root?: string | undefined;
	readonly previous?: string | undefined;
}

function describeView(viewer: Viewer, type: View['type'], given: unknown, place: Place): View {
	if (!isFields(given))
		throw new Refusal('invalid_arguments', { response_metadata: { messages: ['[ERROR] missing required field: view'] } });
	checkView(given, type);
	const { world, workspace, member } = viewer;
	const blocks = withIds(Array.isArray(given.blocks) ? given.blocks.filter(isFields) : []);
	const payload: Fields = {
		...{ private_metadata: '', callback_id: '', external_id: '', clear_on_close: false, notify_on_close: false, close: null, submit: null },
		...given,
		id: place.id,
		team_id: workspace.id,
		type,
		blocks,
		state: { values: {} },
		hash: `${timestamp()}.${slackId('h')}`,
		previous_view_id: place.previous ?? null,
		root_view_id: place.root ?? place.id,
		app_id: world.app.appId,
		app_installed_team_id: workspace.id,
		bot_id: workspace.bot.botId,
	};
	return {
		id: place.id,
		team: workspace.id,
		user: member.id,
		type,
		callbackId: text(given, 'callback_id'),
		privateMetadata: text(given, 'private_metadata'),
		title: text(nested(given, 'title'), 'text'),
		blocks,
		notifyOnClose: given.notify_on_close === true,
		clearOnClose: given.clear_on_close === true,
		payload,
		errors: {},
	};
}
