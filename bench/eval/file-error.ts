import { UserError } from '../../src/errors.ts';

const CAUSES: Readonly<Record<string, string>> = {
	EEXIST: 'a file is there',
	ENOTDIR: 'a part of its path is no folder',
	EISDIR: 'it is a folder',
	EACCES: 'it may not be opened',
	EPERM: 'it may not be opened',
	EROFS: 'it may not be written to',
	ENOSPC: 'the disk is full',
};

/** What the system says of a file or folder that an option names, as a UserError with what to do; anything else as it is. */
export function fileError(error: unknown): unknown {
	if (!(error instanceof Error) || error instanceof UserError) return error;
	const { code = '', path = 'A file of this run' }: NodeJS.ErrnoException = error;
	const why = CAUSES[code];
	if (why === undefined) return error;
	return new UserError(
		'storage',
		`${path} cannot be used: ${why}. Mend that, or name another with --out or --record, and run the command again.`,
		{
			cause: error,
		},
	);
}
