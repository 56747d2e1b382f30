import { answerJson, TOO_LONG } from './json.ts';
import { createRegistry, freeze, isObject, stringify, toText } from './primordials.ts';

interface Tagged {
	readonly sentence: string;
	readonly value: unknown;
}

const tagged = createRegistry<Tagged>();

/** The global `answer`: what the program returns to give a sentence along with the value. */
export function answer(sentence: unknown, value?: unknown): object {
	const parts: Tagged = { sentence: toText(sentence), value };
	const shown = freeze({ sentence: parts.sentence, value });
	tagged.set(shown, parts);
	return shown;
}

/** JSON text of the ending for a returned value. Throws what the value's getters throw, and a TypeError on cycles. */
export function describeAnswer(returned: unknown, maxLength: number): string {
	const parts = isObject(returned) ? tagged.get(returned) : undefined;
	const sentence = parts === undefined ? '' : `"sentence":${stringify(parts.sentence)},`;
	const left = maxLength - (parts?.sentence.length ?? 0);
	if (left < 0) return '{"kind":"result-too-large"}';
	try {
		return `{"kind":"returned",${sentence}${valueField(parts === undefined ? returned : parts.value, left)}}`;
	} catch (problem) {
		if (problem === TOO_LONG) return '{"kind":"result-too-large"}';
		throw problem;
	}
}

/** NaN and infinities keep their names, where JSON would make them null; `undefined`, functions and symbols have no value. */
function valueField(value: unknown, maxLength: number): string {
	const text = typeof value === 'number' && value - value !== 0 ? `${value}` : answerJson(value, maxLength);
	return text === undefined ? '"value":"undefined"' : `"value":${stringify(text)}`;
}
