/** Names of files that are told apart within a thread: by the end of an id, which differs where its beginning is a time. */

/** Of the whole call that an approval is about. */
export function callFileName(approvalId: string): string {
	return `call-${endOf(approvalId)}.txt`;
}

/** Of the program of a run. */
export function programFileName(runId: string): string {
	return `program-${endOf(runId)}.ts`;
}

function endOf(id: string): string {
	return id.slice(-6).toLowerCase();
}
