import { UserError } from '../errors.ts';
import type { Storage } from './storage.ts';

/** That a record can be written and read now. Rejects with a UserError `storage` when it cannot. */
export async function requireRoundTrip(storage: Storage): Promise<undefined> {
	const probe = storage.records<{ at: string }>('health');
	await probe.put('probe', { at: new Date().toISOString() });
	if ((await probe.get('probe')) === undefined)
		throw new UserError('storage', 'The storage lost a record. Check DATABASE_URL and its server.');
}
