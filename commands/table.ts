import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { functionsForget, functionsList, functionsSearch, functionsShow } from './functions.ts';
import { createHelp } from './help.ts';
import { toolsetAdd, toolsetList, toolsetRemove, toolsetShow } from './toolset.ts';

/** Every command there is; each platform offers all of them. */
export const commandTable: readonly Command[] = [
	ask,
	toolsetAdd,
	toolsetList,
	toolsetShow,
	toolsetRemove,
	functionsList,
	functionsSearch,
	functionsShow,
	functionsForget,
	createHelp(() => commandTable),
];
