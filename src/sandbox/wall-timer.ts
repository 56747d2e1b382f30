const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Ends a run when its wall time is used up; stands still while somebody is waited for whom no program can hurry. */
export interface WallTimer {
	/** Stops the clock until the function it gives is called. Several may hold it at once. */
	pause(): () => void;
	clear(): void;
}

export function startWallTimer(ms: number, onEnd: () => void): WallTimer {
	let left = ms;
	let since = 0;
	let holds = 0;
	let timer: NodeJS.Timeout | undefined;
	const run = () => {
		since = performance.now();
		timer = setTimeout(onEnd, Math.min(left, LONGEST_TIMER_MS));
	};
	const hold = () => {
		clearTimeout(timer);
		left = Math.max(0, left - (performance.now() - since));
	};
	run();
	return {
		pause() {
			if (holds++ === 0) hold();
			let held = true;
			return () => {
				if (!held) return;
				held = false;
				if (--holds === 0) run();
			};
		},
		clear() {
			// A hold that is given up later must not start the clock again.
			holds += 1;
			clearTimeout(timer);
		},
	};
}
