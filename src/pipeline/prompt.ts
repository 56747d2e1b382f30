import { bareCode } from '../code/bare-code.ts';
import { withoutCalls } from '../code/call-form.ts';
import { commentText } from '../code/declare-text.ts';
import { parseProgram } from '../code/parse.ts';
import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { lastTransition } from '../repository/function-state.ts';
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

const REASON_CHARACTERS = 200;
/** Of the sources of functions to be mended: about 1,000 tokens. */
const DRAFT_CHARACTERS = 3500;

/**
 * Stored functions that do not work any more, with what is known of why. Those that do not fit beside the ones before them are left out. A model may have
 * written them after it had seen what an API returned, and an import is from anywhere: their words stay behind, what is documented comes with the scaffold.
 */
export function draftFunctions(drafts: readonly FunctionRecord[]): string | false {
	let text = '';
	for (const draft of drafts) {
		const reason = commentText(withoutCalls(lastTransition(draft).reason), REASON_CHARACTERS);
		const code = codeOf(draft);
		const more = `\n\n// ${reason}\n${code}`;
		if (!code.includes('```') && text.length + more.length <= DRAFT_CHARACTERS) text += more;
	}
	return (
		text !== '' &&
		`These functions worked until an API changed. Where the plan needs one, write it anew under its name, mended:\n\`\`\`ts${text}\n\`\`\``
	);
}

function codeOf({ source }: FunctionRecord): string {
	const parsed = parseProgram(source);
	if (!parsed.ok) throw new Error(`a stored function does not parse: ${parsed.diagnostic.message}`);
	return bareCode(parsed.program);
}
