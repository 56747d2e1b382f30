const NEWLINE = 10;

/** Splits a stream of bytes into lines of UTF-8 text and holds never more than one line of at most `maxBytes`. */
export class LineReader {
	maxBytes: number;
	#parts: Buffer[] = [];
	#bytes = 0;

	constructor(maxBytes: number) {
		this.maxBytes = maxBytes;
	}

	/** The lines that `chunk` completes, without their line ends; `tooLong` ends the list when a line, complete or not, exceeds the limit. */
	*read(chunk: Buffer): Generator<string, 'tooLong' | undefined> {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
			if (!this.#keep(chunk.subarray(start, end))) return 'tooLong';
			yield this.#takeLine();
			start = end + 1;
		}
		return this.#keep(chunk.subarray(start)) ? undefined : 'tooLong';
	}

	#keep(part: Buffer): boolean {
		this.#bytes += part.length;
		if (this.#bytes > this.maxBytes) return false;
		if (part.length > 0) this.#parts.push(part);
		return true;
	}

	#takeLine(): string {
		const line = Buffer.concat(this.#parts).toString('utf8');
		this.#parts = [];
		this.#bytes = 0;
		return line;
	}
}
