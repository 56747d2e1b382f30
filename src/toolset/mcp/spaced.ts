/**
 * Does `work` at once when it was not done lately; else once more, for the last that asked, when the pause since it ended is over. For what others may
 * ask for as often as they like. `work` must not reject; the pause keeps no process alive.
 */
export function spaced<Asked>(pauseMs: number, work: (asked: Asked) => Promise<void>): (asked: Asked) => void {
	let resting = false;
	let next: { readonly asked: Asked } | undefined;
	const begin = (asked: Asked) => {
		resting = true;
		void work(asked).finally(() => setTimeout(goOn, pauseMs).unref());
	};
	const goOn = () => {
		resting = false;
		const waiting = next;
		next = undefined;
		if (waiting) begin(waiting.asked);
	};
	return (asked) => {
		if (resting) next = { asked };
		else begin(asked);
	};
}
