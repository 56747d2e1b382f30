import { z } from 'zod';
import { nameOperations } from '../../../src/toolset/openapi/names.ts';

/** API-Bank's names of the tools that a task is given. */
export const toolsSchema = z.array(z.string()).min(1);

/** `GetUserToken` as programs call it, `apibank.getUserToken`: the simulator's document names its operations as the benchmark names its tools. */
export function toolIdsOf(toolset: string): (tool: string) => string {
	return (tool) => `${toolset}.${nameOperations([{ method: 'post', path: `/${tool}`, operationId: tool }]).join('')}`;
}
