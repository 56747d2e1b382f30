import type { ExampleDigest, FunctionKey, FunctionRecord } from './function-record.ts';

/** Versions sort as numbers do. */
const VERSION_DIGITS = 6;

export function prefixOf(workspaceId: string): string {
	return `${encoded(workspaceId)}/`;
}

/** What all versions of a name begin with. */
export function namePrefix(workspaceId: string, name: string): string {
	return `${prefixOf(workspaceId)}${encoded(name)}/`;
}

export function keyOf(workspaceId: string, { name, version }: FunctionKey): string {
	return `${namePrefix(workspaceId, name)}${String(version).padStart(VERSION_DIGITS, '0')}`;
}

export type ExamplePlace = Pick<FunctionRecord, 'workspaceId' | 'name' | 'hash'>;

/** By the body rather than the version: an example may be written before it is known which one that will be. */
export function exampleKey({ workspaceId, name, hash }: ExamplePlace, { id, place = id }: ExampleDigest): string {
	return `${namePrefix(workspaceId, name)}${hash}/${place}`;
}

/** Broken characters are left to the storage, which refuses them in words. */
function encoded(text: string): string {
	return text.isWellFormed() ? encodeURIComponent(text) : text;
}

/** Ids of the versions that it uses. */
export function usedIds({ uses }: { readonly uses: readonly FunctionKey[] }): readonly string[] {
	return uses.map(recordId);
}

/** What a version is known by within its workspace. */
export function recordId({ name, version }: FunctionKey): string {
	return `${name}@${version}`;
}
