const CUT = ' … (log cut here)';

/** The lines a program logged, up to `maxBytes` of UTF-8 with a line end each; what is beyond is cut, and the cut marked. */
export class KeptLogs {
	readonly lines: string[] = [];
	#bytesLeft: number;
	#cut = false;

	constructor(maxBytes: number) {
		this.#bytesLeft = maxBytes;
	}

	add(lines: readonly string[]): void {
		for (const line of lines) {
			if (this.#cut) return;
			const bytes = Buffer.byteLength(line) + 1;
			if (bytes > this.#bytesLeft) this.#cut = true;
			this.lines.push(this.#cut ? firstBytes(line, this.#bytesLeft) + CUT : line);
			this.#bytesLeft -= bytes;
		}
	}
}

function firstBytes(line: string, bytes: number): string {
	// The cut may go through a character; its half decodes to U+FFFD.
	return Buffer.from(line)
		.subarray(0, bytes)
		.toString('utf8')
		.replace(/\uFFFD$/, '');
}
