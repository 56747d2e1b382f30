import { renameSession, setSessionStatus, setSuggestedPrompts, setThreadStatus, setThreadTitle } from './agents.ts';
import type { Method } from './call.ts';
import { forward } from './call.ts';
import { deleteMessage, linkToMessage, listHistory, listReplies, postEphemeral, postMessage, updateMessage } from './chat.ts';
import { completeUpload, fileInfo, offerUpload } from './files.ts';
import { changeMembers, channelInfo, listUsers, openConversation, revokeToken, testAuth, userInfo } from './people.ts';
import { appendStream, startStream, stopStream } from './streams.ts';
import { openView, publishHome, pushOnView, updateView } from './views.ts';

/** What the simulator does itself or watches over. */
export const METHODS: Readonly<Record<string, Method>> = {
	'agents.sessions.rename': renameSession,
	'agents.sessions.setStatus': setSessionStatus,
	'assistant.threads.setStatus': setThreadStatus,
	'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
	'assistant.threads.setTitle': setThreadTitle,
	'auth.revoke': revokeToken,
	'auth.test': testAuth,
	'chat.appendStream': appendStream,
	'chat.delete': deleteMessage,
	'chat.getPermalink': linkToMessage,
	'chat.postEphemeral': postEphemeral,
	'chat.postMessage': postMessage,
	'chat.startStream': startStream,
	'chat.stopStream': stopStream,
	'chat.update': updateMessage,
	'conversations.history': listHistory,
	'conversations.info': channelInfo,
	'conversations.invite': changeMembers,
	'conversations.join': changeMembers,
	'conversations.leave': changeMembers,
	'conversations.members': channelInfo,
	'conversations.open': openConversation,
	'conversations.replies': listReplies,
	'files.completeUploadExternal': completeUpload,
	'files.getUploadURLExternal': offerUpload,
	'files.info': fileInfo,
	'users.info': userInfo,
	'users.list': listUsers,
	'views.open': openView,
	'views.publish': publishHome,
	'views.push': pushOnView,
	'views.update': updateView,
	// The emulator's own will do.
	'bots.info': forward,
	'conversations.list': forward,
	'pins.add': forward,
	'reactions.add': forward,
	'reactions.get': forward,
	'reactions.remove': forward,
	'team.info': forward,
};
