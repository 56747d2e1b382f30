import type { PendingWrite } from '../../src/conversation.ts';
import { pendingCall } from '../shared/pending-call.ts';

/**
 * Everything that would be sent, credentials left out, for the person who decides about it. Method and address come last, next to the question,
 * where no long body scrolls them away.
 */
export function approvalText(write: PendingWrite): string {
	const { tool, request, headers, body } = pendingCall(write);
	return [`The program wants to change data with ${tool}:`, ...headers, ...(body === undefined ? [] : [body]), request].join('\n');
}
