/** All that a child has of this process's environment: nothing that sets the bot up, but what makes it start faster. */
export function compileCache(): Record<string, string> {
	const { NODE_COMPILE_CACHE: folder } = process.env;
	return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
