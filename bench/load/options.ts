/** A whole number of the command line, from 0. Ends the process with status 2 where it is none. */
export function wholeNumber(name: string, text: string): number {
	const number = Number(text);
	if (!Number.isSafeInteger(number) || number < 0) refuse(`--${name} takes a whole number, and not ${text}.`);
	return number;
}

export function refuse(message: string): never {
	process.stderr.write(`${message}\n`);
	process.exit(2);
}
