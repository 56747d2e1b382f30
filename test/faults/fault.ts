import type { RequestFault } from './gate.ts';
import type { StorageFault } from './storage-fault.ts';

/** One thing that goes wrong while one question is answered: at the storage, or on the way to another server. */
export type Fault = ({ readonly place: 'storage' } & StorageFault) | ({ readonly place: 'model' | 'shop' | 'slack' } & RequestFault);

export function kills({ kind }: Fault): boolean {
	return kind.startsWith('kill');
}
