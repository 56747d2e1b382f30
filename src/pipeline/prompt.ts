import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { storedSignatures } from '../repository/signatures.ts';

/** Instructions first, so that servers can cache them; then what is there of the parts, a paragraph each. */
export function prompt(instructions: string, parts: readonly (string | false)[]): ChatMessage[] {
	return [
		{ role: 'system', content: instructions },
		{ role: 'user', content: parts.filter((part) => part !== false).join('\n\n') },
	];
}

/** The stored functions that a program may call. */
export function callableFunctions(known: readonly FunctionRecord[]): string | false {
	return known.length > 0 && `Functions that exist already; call them, do not write them again:\n${storedSignatures(known)}`;
}
