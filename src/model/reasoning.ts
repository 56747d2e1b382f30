export interface Answer {
	/** The reply without what the model thought aloud. */
	readonly text: string;
	/** What follows a reasoning block that was opened and never closed: the answer may be at its end. */
	readonly unclosed?: string;
}

/** Where reasoning begins, always at the start of a line: tags of DeepSeek, Qwen and others, Kimi, Magistral, Command, Gemma. */
const OPENING =
	/^[ \t]*(?:<(think|thinking|thoughts?|reasoning|analysis|reflection|scratchpad|seed:think|antthinking)(?:[ \t][^>\n]*)?>|(◁think▷)|(\[THINK\])|(<\|START_THINKING\|>)|(<\|channel>thought))/im;

/** By the number of the group in `OPENING`; tags close with their own name. */
const CLOSINGS = ['◁/think▷', '[/think]', '<|end_thinking|>', '<channel|>'];

/** Closing marks that appear alone when the prompt template has already opened the block. */
const ORPHANS = ['</think>', '</thinking>', '</thought>', '</reasoning>', '</seed:think>', ...CLOSINGS];

/** `<|return|>`, `<|im_end|>`, `</s>` and the like, when a server lets them through. */
const STOP_TOKEN = /(?:<[|｜][^<>|｜\n]{1,40}[|｜]>|<\/s>|<end_of_turn>|\[\/INST\])$/;

/** Separates the reasoning of a model from its answer. Linear in the length of the reply. */
export function withoutReasoning(reply: string): Answer {
	const { text, unclosed } = withoutBlocks(finalChannel(reply));
	return { text: withoutStopTokens(withoutOrphan(text)), ...(unclosed !== undefined && { unclosed: withoutStopTokens(unclosed) }) };
}

function withoutBlocks(reply: string): Answer {
	let kept = '';
	let rest = reply;
	let lowered = asciiLowerCase(reply);
	for (;;) {
		const opening = OPENING.exec(rest);
		if (!opening) return { text: kept + rest };
		const [mark, tag, ...others] = opening;
		const closing = tag === undefined ? (CLOSINGS[others.findIndex((other) => other !== undefined)] ?? '') : `</${tag.toLowerCase()}>`;
		const start = opening.index + mark.length;
		const end = lowered.indexOf(closing, start);
		kept += rest.slice(0, opening.index);
		if (end < 0) return { text: kept, unclosed: rest.slice(start) };
		rest = rest.slice(end + closing.length);
		lowered = lowered.slice(end + closing.length);
	}
}

/** A lone closing mark ends reasoning that began at the start; at the very end of a reply it is just noise. */
function withoutOrphan(text: string): string {
	const lowered = asciiLowerCase(text);
	for (const mark of ORPHANS) {
		const index = lowered.lastIndexOf(mark);
		if (index < 0) continue;
		const after = text.slice(index + mark.length);
		return after.trim() === '' ? text.slice(0, index) : after;
	}
	return text;
}

/** Keeps every index, which `toLowerCase` does not for all of Unicode. */
function asciiLowerCase(text: string): string {
	return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The channels of gpt-oss (OpenAI's "harmony" format): the answer is in `final`; some servers swallow the marks but not the names. */
function finalChannel(reply: string): string {
	if (!reply.includes('<|channel|>')) {
		const final = reply.lastIndexOf('assistantfinal');
		return final > 0 && /^\s*analysis/.test(reply) ? reply.slice(final + 'assistantfinal'.length) : reply;
	}
	const messages = reply.split('<|channel|>').map((part, index) => {
		const [header = '', ...body] = part.split('<|message|>');
		const text = (body.join('') || '').split(/<\|(?:end|return|call|start)\|>/, 1)[0] ?? '';
		return index === 0
			? { channel: '', text: header.replace(/<\|start\|>\w*\s*$/, '') }
			: { channel: header.trim().split(/\s/, 1)[0] ?? '', text };
	});
	const final = messages.findLast((message) => message.channel === 'final');
	return final ? final.text : messages.map((message) => (message.channel === 'analysis' ? '' : message.text)).join('\n');
}

function withoutStopTokens(text: string): string {
	let end = text.trimEnd();
	for (let token = STOP_TOKEN.exec(end.slice(-48)); token; token = STOP_TOKEN.exec(end.slice(-48))) {
		end = end.slice(0, -token[0].length).trimEnd();
	}
	return end;
}
