import { createInterface } from 'node:readline';

/**
 * A process of its own that outlives the bot by a moment: it is told on its standard input which processes the bot has started (`+<pid>`) and which
 * have ended (`-<pid>`). When that input ends, the bot is gone, however it went, and what is left is killed.
 */
const alive = new Set<number>();

createInterface({ input: process.stdin })
	.on('line', (line) => {
		const pid = Number(line.slice(1));
		if (line.startsWith('+')) alive.add(pid);
		else alive.delete(pid);
	})
	.on('close', () => {
		for (const pid of alive) {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				// It has ended by itself.
			}
		}
	});
