import { randomUUID } from 'node:crypto';

/** The console's only workspace; its user is the operator, so an admin. */
export const CONSOLE_WORKSPACE = 'console:local';
const PREFIX = `${CONSOLE_WORKSPACE}/`;

/** The key of a new conversation: one for each `ask`, each pipe and each start of the interactive console, so that none reads another's turns. */
export function newSession(): string {
	return `${PREFIX}${randomUUID()}`;
}

/** True for every conversation of a console, also one whose process has ended: its unfinished runs are shown by the next one. */
export function isConsoleSession(conversation: string): boolean {
	return conversation.startsWith(PREFIX);
}
