import { UserError } from '../errors.ts';
import type { ToolsetRecord } from './catalogue.ts';
import { type Credential, parseCredentialReference, resolveCredential } from './http/credentials.ts';
import type { Egress } from './http/egress.ts';
import { createSender } from './http/send.ts';
import { loadOpenApi, readSecurity } from './openapi/load.ts';
import type { Toolset } from './tool.ts';

export interface OpenToolsetOptions {
	readonly egress: Egress;
	/** Operator secrets by name. */
	readonly secrets: ReadonlyMap<string, string>;
	/** Where the document of an example is served; undefined when there is no such example. */
	readonly exampleUrl: (name: string) => Promise<string> | undefined;
}

const EXAMPLE = 'example:';

/** Makes a stored record into a toolset that can be called. */
export function openToolset(options: OpenToolsetOptions): (record: ToolsetRecord, document: string | undefined) => Promise<Toolset> {
	return async (record, document) => {
		const { text, sourceUrl } = record.source.startsWith(EXAMPLE)
			? await readExample(record.source.slice(EXAMPLE.length), options)
			: { text: storedText(record, document), sourceUrl: record.sourceUrl };
		let credential: Credential | undefined;
		const { send, preview } = createSender({
			egress: options.egress,
			credential: () => credential,
			secrets: [...options.secrets.values()],
		});
		const toolset = loadOpenApi({ name: record.name, text, sourceUrl, baseUrl: record.baseUrl, send, previewOperation: preview });
		// Known only now: a credential is bound to the origin that the toolset calls.
		if (record.credential !== undefined) credential = credentialOf(record.credential, text, toolset.address, options.secrets);
		return toolset;
	};
}

function storedText(record: ToolsetRecord, document: string | undefined): string {
	if (document !== undefined) return document;
	throw new UserError('storage', `The document of ${record.name} is gone. Remove it with /toolset remove ${record.name} and add it again.`);
}

async function readExample(name: string, { exampleUrl, egress }: OpenToolsetOptions): Promise<{ text: string; sourceUrl: string }> {
	const sourceUrl = await exampleUrl(name);
	if (sourceUrl === undefined) throw new UserError('not-found', `There is no example toolset named ${name}.`);
	const response = await egress.fetch({ method: 'GET', url: sourceUrl, headers: {} }, { signal: AbortSignal.timeout(egress.timeoutMs) });
	if (!response.ok) throw new UserError('network', `The example ${name} cannot be read: ${response.message}`);
	return { text: Buffer.from(response.body).toString('utf8'), sourceUrl };
}

function credentialOf(reference: string, document: string, address: string, secrets: ReadonlyMap<string, string>): Credential {
	const parsed = parseCredentialReference(reference);
	if (!parsed.ok) throw new UserError('bad-input', parsed.message);
	const schemes = readSecurity(document).map(({ scheme }) => scheme);
	const resolved = resolveCredential(parsed.reference, schemes, (name) => secrets.get(name), address);
	if (!resolved.ok) throw new UserError('configuration', resolved.message);
	return resolved.credential;
}
