import path from 'node:path';
import type { PreparedAnswer } from '../src/model/prepared.ts';
import { loadPreparedAnswers } from '../src/model/prepared-format.ts';
import type { Storage } from '../src/storage/storage.ts';
import type { Catalogue } from '../src/toolset/catalogue.ts';
import { startMovies } from './movies/server.ts';

const WORKSPACE = 'console:local';

/** The example toolsets, each served by this process on a free port from when it is first needed. */
export interface Examples {
	/** Where the document of an example is; undefined when there is no such example. */
	readonly url: (name: string) => Promise<string> | undefined;
	/** Connects the movies to the console's workspace the first time there is one; who removes them is not given them again. */
	connectOnFirstRun(services: { readonly storage: Storage; readonly catalogue: Catalogue }): Promise<void>;
	close(): Promise<void>;
}

export function openExamples(): Examples {
	let movies: ReturnType<typeof startMovies> | undefined;
	return {
		url(name) {
			if (name !== 'movies') return undefined;
			movies ??= startMovies();
			return movies.then(({ url }) => `${url}/openapi.json`);
		},
		async connectOnFirstRun({ storage, catalogue }) {
			const marks = storage.records<{ at: string }>('first-run');
			if (await marks.get(WORKSPACE)) return;
			const at = new Date().toISOString();
			const isConnected = async () => (await catalogue.list(WORKSPACE)).some((record) => record.name === 'movies');
			try {
				if (!(await isConnected())) {
					await catalogue.add({ workspaceId: WORKSPACE, name: 'movies', source: 'example:movies', addedAt: at, addedBy: 'first run' });
				}
			} catch (error) {
				// Another console may have started for the first time just now and connected the same.
				if (!(await isConnected())) throw error;
			}
			await marks.put(WORKSPACE, { at });
		},
		async close() {
			await (await movies)?.close();
		},
	};
}

/** The prepared replies to the sample questions, in the order of their file names. */
export function loadSamples(): Promise<PreparedAnswer[]> {
	return loadPreparedAnswers(path.join(import.meta.dirname, 'movies', 'samples'));
}
