import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import { parseTypedForm, referenceText } from './http/credential-reference.ts';
import type { OAuth2Binding, OAuth2Settings } from './http/oauth-binding.ts';
import type { Policy } from './policy.ts';
import type { SealedReference } from './sealed-credentials.ts';
import type { Toolset } from './tool.ts';

/** A connected API as stored. Key: `<workspaceId>/<name>`. */
export interface ToolsetRecord {
	readonly workspaceId: string;
	/** A TypeScript identifier: programs call `<name>.<tool>(…)`. */
	readonly name: string;
	/** The address or file the document was read from, or `example:<name>` for one that comes with the bot. */
	readonly source: string;
	/** What relative server addresses of the document are relative to. */
	readonly sourceUrl?: string;
	/** Where calls go instead of where the document says. */
	readonly baseUrl?: string;
	/** A reference to the operator's secret (`bearer:CRM`), or to the sealed one of this toolset (`bearer:*`), never the secret. */
	readonly credential?: string;
	/** For `oauth2:…`: where access tokens come from. Of what is given here, the catalogue stores what it was bound to. */
	readonly oauth2?: OAuth2Settings;
	/** The sealed one that `credential` refers to; only `setCredential` sets it. */
	readonly sealed?: SealedReference;
	readonly addedAt: string;
	readonly addedBy: string;
	/** SHA-256 of the stored document, which the catalogue sets; absent for an example. */
	readonly documentHash?: string;
	/** What admins decided about its calls; the rules of `DEFAULT_RULES` when left out. */
	readonly policy?: Policy;
	/** No question is offered it. It is kept with everything that belongs to it. */
	readonly disabled?: true;
	/** When its document was last read again, and by whom. */
	readonly refreshedAt?: string;
	readonly refreshedBy?: string;
}

/** A document as it was read from its source. */
export interface ReadSource {
	readonly source: string;
	/** What relative server addresses of the document are relative to. */
	readonly sourceUrl?: string;
	readonly document: string;
}

export type NewCredential = ({ readonly form: string; readonly secret: string } | { readonly reference: string }) & {
	/** For `oauth2`: the address where access tokens come from, and scopes with spaces in between. */
	readonly oauth2?: Pick<OAuth2Settings, 'tokenUrl' | 'scope'>;
};

/** A toolset as it is opened from its record. */
export interface OpenedToolset extends Toolset {
	/** What its access tokens are bound to; absent where its calls carry none. */
	readonly oauth2?: OAuth2Binding;
}

/** The same for records that are opened alike: they may differ in what is decided about the toolset, which need not be opened again for it. */
export function versionOf(record: ToolsetRecord): string {
	const { policy: _policy, disabled: _disabled, refreshedAt: _at, refreshedBy: _by, ...connection } = record;
	return hashJson(connection);
}

/** The record with another document, and nothing else changed. */
export function withDocument({ sourceUrl: _former, ...record }: ToolsetRecord, { source, sourceUrl, document }: ReadSource): ToolsetRecord {
	return { ...record, source, ...(sourceUrl !== undefined && { sourceUrl }), documentHash: hashText(document) };
}

/** What `documentHash` holds. */
export function hashText(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** The record with a reference to the credential; what is sealed is still to come. */
export function withCredential(record: ToolsetRecord, credential: NewCredential | undefined): ToolsetRecord {
	const { credential: _former, sealed: _formerlySealed, oauth2: _formerlyBound, ...bare } = record;
	if (!credential) return bare;
	const asked = { ...bare, ...(credential.oauth2 && { oauth2: credential.oauth2 }) };
	if ('reference' in credential) return { ...asked, credential: credential.reference.trim() };
	const reference = parseTypedForm(credential.form);
	if (reference) return { ...asked, credential: referenceText(reference) };
	throw new UserError('bad-input', 'Say how the credential is sent: bearer, basic, header:X-Api-Key, query:key or oauth2.');
}

/** The record with what its access tokens were bound to when it was opened. */
export function withBinding(record: ToolsetRecord, { oauth2 }: OpenedToolset): ToolsetRecord {
	const { oauth2: _asked, ...bare } = record;
	return oauth2 ? { ...bare, oauth2 } : bare;
}
