/** A process with the film API. */
import { startMovies } from '../../examples/movies/server.ts';
import { serveParent } from './child.ts';
import type { Serving } from './model-process.ts';

serveParent<object, Serving>(async (_order, say) => {
	const { url } = await startMovies();
	say({ type: 'serving', url });
});
