import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { UserError } from '../errors.ts';

/** Makes secrets fit to be stored. */
export interface Seal {
	/** Another text every time. `context` says what the record is and whose: where it is moved to, it does not open. */
	seal(text: string, context: string): string;
	/** Throws UserError `configuration` for what was sealed with another key or in another context, or was changed since. */
	open(sealed: string, context: string): string;
	/** The same sealed with the current key; undefined when it is already. Throws as `open` does. */
	renew(sealed: string, context: string): string | undefined;
}

const VERSION = 'v1.';
const KEY_BYTES = 32;
/** Of AES-GCM. Random ones of 96 bits may be drawn 2^32 times for one key (NIST SP 800-38D, section 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived from the operator's: `v1.` and, in base64url, nonce, ciphertext and tag.
 *
 * @param previousKeys former keys of the operator: they open what was sealed with them, and seal nothing
 */
export function createSeal(encryptionKey: string, previousKeys: readonly string[] = []): Seal {
	const current = deriveKey(encryptionKey, 'seal');
	const former = previousKeys.map((previous) => deriveKey(previous, 'seal'));
	const seal = (text: string, context: string): string => {
		const nonce = randomBytes(NONCE_BYTES);
		const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(associated(context));
		return VERSION + Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
	};
	const openWith = (keys: readonly Buffer[], sealed: string, context: string): string | undefined => {
		for (const key of keys) {
			const text = decrypted(key, sealed, context);
			if (text !== undefined) return text;
		}
		return undefined;
	};
	return {
		seal,
		open: (sealed, context) => openWith([current, ...former], sealed, context) ?? unopened(),
		renew(sealed, context) {
			if (decrypted(current, sealed, context) !== undefined) return undefined;
			return seal(openWith(former, sealed, context) ?? unopened(), context);
		},
	};
}

/** Undefined for what this key did not seal in this context. */
function decrypted(key: Buffer, sealed: string, context: string): string | undefined {
	const bytes = Buffer.from(sealed.startsWith(VERSION) ? sealed.slice(VERSION.length) : '', 'base64url');
	if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
	const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
		.setAAD(associated(context))
		.setAuthTag(bytes.subarray(-TAG_BYTES));
	try {
		return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
	} catch {
		return undefined;
	}
}

/** 32 bytes by HKDF-SHA256 (RFC 5869), another key for every purpose: none of them tells the operator's key, or another one's. */
export function deriveKey(encryptionKey: string, purpose: string): Buffer {
	return Buffer.from(hkdfSync('sha256', encryptionKey, '', `toolcoder-bot/${purpose}`, KEY_BYTES));
}

/** The version is sealed in, too: no later format can be passed off as this one. */
function associated(context: string): Buffer {
	return Buffer.from(VERSION + context);
}

function unopened(): never {
	throw new UserError(
		'configuration',
		'A stored secret cannot be opened: it was sealed with another ENCRYPTION_KEY, or is damaged. The operator should put the former key back, or add it to ENCRYPTION_KEY_PREVIOUS; if it is lost, the secret has to be entered again.',
	);
}
