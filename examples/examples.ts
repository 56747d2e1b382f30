import path from 'node:path';
import { UserError } from '../src/errors.ts';
import type { PreparedAnswer } from '../src/model/prepared.ts';
import { loadPreparedAnswers } from '../src/model/prepared-format.ts';
import type { Storage } from '../src/storage/storage.ts';
import type { Catalogue } from '../src/toolset/catalogue.ts';
import { startMovies } from './movies/server.ts';

/** The example toolsets, each served by this process on a free port from when it is first needed. */
export interface Examples {
	/**
	 * Where the document of an example is; rejects with a UserError, which names those there are, for any other. Every workspace has a server of its own, because people write
	 * ratings and watchlists to it (a server takes 15 ms to start and 0.5 MB).
	 */
	readonly url: (name: string, workspaceId: string) => Promise<string>;
	/** Connects the movies to the workspace the first time they are asked to; who removes them is not given them again. */
	connectOnFirstRun(services: { readonly storage: Storage; readonly catalogue: Catalogue }, workspaceId: string): Promise<void>;
	close(): Promise<void>;
}

const MOVIES = 'movies';

export function openExamples(): Examples {
	const movies = new Map<string, ReturnType<typeof startMovies>>();
	return {
		async url(name, workspaceId) {
			if (name !== MOVIES) throw noSuch(name);
			const server = movies.get(workspaceId) ?? startMovies();
			movies.set(workspaceId, server);
			// The next one who needs it tries again.
			server.catch(() => movies.delete(workspaceId));
			return `${(await server).url}/openapi.json`;
		},
		async connectOnFirstRun({ storage, catalogue }, workspaceId) {
			const marks = storage.records<{ at: string }>('first-run');
			if (await marks.get(workspaceId)) return;
			const at = new Date().toISOString();
			const isConnected = async () => (await catalogue.list(workspaceId)).some((record) => record.name === 'movies');
			try {
				if (!(await isConnected())) {
					await catalogue.add({ workspaceId, name: 'movies', source: 'example:movies', addedAt: at, addedBy: 'first run' });
				}
			} catch (error) {
				// Another process may have started for the first time just now and connected the same.
				if (!(await isConnected())) throw error;
			}
			await marks.put(workspaceId, { at });
		},
		async close() {
			await Promise.all([...movies.values()].map(async (server) => (await server).close()));
		},
	};
}

function noSuch(name: string): UserError {
	return new UserError(
		'not-found',
		`There is no example toolset named ${name.slice(0, 80)}. There is ${MOVIES}: /toolset add ${MOVIES} example:${MOVIES}`,
	);
}

/** The prepared replies to the sample questions, in the order of their file names. */
export function loadSamples(): Promise<PreparedAnswer[]> {
	return loadPreparedAnswers(path.join(import.meta.dirname, 'movies', 'samples'));
}
