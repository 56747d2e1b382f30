import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { functionsForget, functionsList, functionsSearch, functionsShow } from './functions.ts';
import { createHelp } from './help.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { toolsetAdd } from './toolset/add.ts';
import { toolsetAuth } from './toolset/auth.ts';
import { toolsetList } from './toolset/list.ts';
import { toolsetRemove } from './toolset/remove.ts';
import { toolsetShow } from './toolset/show.ts';
import { usage } from './usage.ts';

/** Every command there is; each platform offers all of them. */
export const commandTable: readonly Command[] = [
	ask,
	toolsetAdd,
	toolsetList,
	toolsetShow,
	toolsetAuth,
	toolsetRemove,
	functionsList,
	functionsSearch,
	functionsShow,
	functionsForget,
	runs,
	usage,
	settings,
	createHelp(() => commandTable),
];
