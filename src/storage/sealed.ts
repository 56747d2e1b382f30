import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { UserError } from '../errors.ts';

/** Makes secrets fit to be stored. */
export interface Seal {
	/** Another text every time. `context` says what the record is and whose: where it is moved to, it does not open. */
	seal(text: string, context: string): string;
	/** Throws UserError `configuration` for what was sealed with another key or in another context, or was changed since. */
	open(sealed: string, context: string): string;
}

const VERSION = 'v1.';
const KEY_BYTES = 32;
/** Of AES-GCM. Random ones of 96 bits may be drawn 2^32 times for one key (NIST SP 800-38D, section 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key derived from the operator's: `v1.` and, in base64url, nonce, ciphertext and tag. */
export function createSeal(encryptionKey: string): Seal {
	const key = deriveKey(encryptionKey, 'seal');
	return {
		seal(text, context) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(context));
			const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
			return VERSION + sealed.toString('base64url');
		},
		open(sealed, context) {
			const bytes = Buffer.from(sealed.startsWith(VERSION) ? sealed.slice(VERSION.length) : '', 'base64url');
			if (bytes.length < NONCE_BYTES + TAG_BYTES) throw unopened();
			const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
				.setAAD(associated(context))
				.setAuthTag(bytes.subarray(-TAG_BYTES));
			try {
				return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
			} catch (cause) {
				throw unopened(cause);
			}
		},
	};
}

/** 32 bytes by HKDF-SHA256 (RFC 5869), another key for every purpose: none of them tells the operator's key, or another one's. */
export function deriveKey(encryptionKey: string, purpose: string): Buffer {
	return Buffer.from(hkdfSync('sha256', encryptionKey, '', `toolcoder-bot/${purpose}`, KEY_BYTES));
}

/** The version is sealed in, too: no later format can be passed off as this one. */
function associated(context: string): Buffer {
	return Buffer.from(VERSION + context);
}

function unopened(cause?: unknown): UserError {
	return new UserError(
		'configuration',
		'A stored secret cannot be opened: it was sealed with another ENCRYPTION_KEY, or is damaged. The operator should put the former key back; if it is lost, the secret has to be entered again.',
		{ cause },
	);
}
