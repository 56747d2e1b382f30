import { list, structure, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { Session } from '../state/thread-states.ts';
import { type Call, channelOf, type Method } from './call.ts';

const STATUSES = ['active', 'processing', 'suspended', 'closed'];
const LONGEST_TITLE = 200;
const STOP_WARNING = 'missing_agent_session_stopped_event_subscription';

/** https://docs.slack.dev/reference/methods/agents.sessions.setStatus */
export const setSessionStatus: Method = (call) => {
	const { world, fields } = call;
	const { channel, threadTs } = threadOf(call);
	const status = text(fields, 'status');
	if (!STATUSES.includes(status))
		throw new Refusal('invalid_arguments', { response_metadata: { messages: [`[ERROR] must be one of ${STATUSES}`] } });
	const before = world.threads.get(channel, threadTs).session;
	const title = before?.title ?? checkTitle(text(fields, 'title'));
	const session: Session = { team: call.workspace.id, channel, thread_ts: threadTs, status, ...(title === '' ? {} : { title }) };
	world.threads.change(channel, threadTs, { session });
	const warned = world.app.events && !world.app.events.includes('agent_session_stopped');
	const warning = warned ? { warning: STOP_WARNING, response_metadata: { warnings: [STOP_WARNING] } } : {};
	return { status, agent_status: status, title, ...warning };
};

/** https://docs.slack.dev/reference/methods/agents.sessions.rename */
export const renameSession: Method = (call) => {
	const { channel, threadTs } = threadOf(call);
	const { session } = call.world.threads.get(channel, threadTs);
	const title = checkTitle(text(call.fields, 'title'));
	if (!session) throw new Refusal('session_not_found');
	if (title === '') throw new Refusal('invalid_arguments');
	call.world.threads.change(channel, threadTs, { session: { ...session, title } });
	return { title };
};

/** https://docs.slack.dev/reference/methods/assistant.threads.setStatus: an empty status takes the line away. */
export const setThreadStatus: Method = (call) => {
	const { channel, threadTs } = threadOf(call);
	const messages = structure(call.fields, 'loading_messages');
	if (Array.isArray(messages) && messages.length > 10) throw new Refusal('invalid_arguments');
	call.world.threads.change(channel, threadTs, { status: text(call.fields, 'status') });
	return {};
};

/** https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: of an agent they belong to the conversation, not to a thread. */
export const setSuggestedPrompts: Method = (call) => {
	requireAgent(call);
	const channel = channelOf(call, 'channel_id');
	const prompts = list({ prompts: structure(call.fields, 'prompts') }, 'prompts');
	const complete = prompts.every((prompt) => text(prompt, 'title') !== '' && text(prompt, 'message') !== '');
	if (prompts.length > 4 || prompts.length === 0 || !complete) throw new Refusal('invalid_arguments');
	// With a thread the call of an agent fails silently, says Slack.
	if (text(call.fields, 'thread_ts') === '') call.world.threads.change(channel.id, '', { prompts });
	return {};
};

export const setThreadTitle: Method = (call) => {
	const { channel, threadTs } = threadOf(call);
	call.world.threads.change(channel, threadTs, { title: text(call.fields, 'title') });
	return {};
};

function threadOf(call: Call): { readonly channel: string; readonly threadTs: string } {
	requireAgent(call);
	const channel = channelOf(call, 'channel_id');
	if (!channel.members.has(call.workspace.bot.userId)) throw new Refusal('not_in_channel');
	const threadTs = text(call.fields, 'thread_ts');
	if (!call.world.transcript.find({ channel: channel.id, ts: threadTs })) throw new Refusal('invalid_thread_ts');
	return { channel: channel.id, threadTs };
}

/** Slack gives these methods to declared agents only, and not on every plan. */
function requireAgent(call: Call): void {
	if (!call.world.agent) throw new Refusal('feature_not_enabled');
}

function checkTitle(title: string): string {
	if (title.length > LONGEST_TITLE) throw new Refusal('invalid_arguments');
	return title;
}
