import { isJsonObject, type JsonObject } from '../../json.ts';

export interface MediaType {
	/** As it is written in the document, without parameters such as `charset`; a wildcard counts as JSON. */
	readonly type: string;
	readonly node: JsonObject;
}

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** The entries of a `content` map, JSON first, then forms, then text, then the rest. */
export function mediaTypes(content: unknown): MediaType[] {
	const entries = Object.entries(isJsonObject(content) ? content : {});
	const types = entries.map(([name, node]) => ({ type: bare(name), node: isJsonObject(node) ? node : {} }));
	return types.filter(({ type }) => /^[\w.+-]+\/[\w.+*-]+$/.test(type)).sort((a, b) => rank(a.type) - rank(b.type));
}

export function isJson(type: string): boolean {
	return /^(application\/(json|[\w.-]+\+json)|text\/json)$/.test(type);
}

export function isForm(type: string): boolean {
	return formTypes.includes(type);
}

function bare(name: string): string {
	const type = name.split(';')[0]?.trim().toLowerCase() ?? '';
	return type === '*/*' || type === 'application/*' ? 'application/json' : type;
}

function rank(type: string): number {
	if (type === 'application/json') return 0;
	if (isJson(type)) return 1;
	if (isForm(type)) return 2 + formTypes.indexOf(type);
	return type.startsWith('text/') ? 4 : 5;
}
